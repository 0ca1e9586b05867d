import type { Backend } from "../engine/backend.ts";
import { kernelsOf } from "../engine/backends.ts";
import { reference } from "../engine/reference/kernels.ts";
import { gpuMilliseconds } from "../engine/webgpu/clock.ts";
import { releaseMemory } from "../engine/webgpu/release_memory.ts";
import { median } from "../statistics.ts";
import { choose, forwardFlop, sameWorkload, type Variant, workloadName } from "./workloads.ts";
import { contestant } from "./contestants.ts";
import { type BenchRow, type Phase, PHASES, type Workload } from "./report.ts";
import { byTurns, type Contestant, type TurnOptions } from "./turns.ts";

/** What to time, and for how long. */
export interface BenchOptions extends TurnOptions {
  /** Workloads that are timed as long as there is time. */
  readonly workloads: readonly Workload[];
  /** Workloads that are timed first, however long they take. They may stand in `workloads` too. */
  readonly base: readonly Workload[];
  /** Seconds that all may take together. */
  readonly seconds: number;
  /** Called before a workload is timed. */
  readonly onWorkload?: ((of: Workload, variants: readonly Variant[]) => void) | undefined;
}

/** Result of a benchmark. */
export interface BenchResult {
  /** A row for each phase of each variant on each workload that was timed. */
  readonly rows: readonly BenchRow[];
  /** For people, a line for each workload on which a variant was left out. */
  readonly leftOut: readonly string[];
}

/** Times training steps on a backend that has been started. */
export async function runBenchmark(backend: Backend, options: BenchOptions): Promise<BenchResult> {
  const end = performance.now() + options.seconds * 1000;
  const all: readonly Variant[] = kernelsOf(backend.name) === reference ? ["tape"] : ["fused", "tape"];
  const rows: BenchRow[] = [];
  const leftOut: string[] = [];
  const add = async (of: Workload, variants: readonly Variant[]) => {
    if (variants.length === 0) return;
    options.onWorkload?.(of, variants);
    rows.push(...await timeWorkload(of, variants, backend, options));
    releaseMemory();
  };
  for (const of of options.base) await add(of, all);
  for (const of of options.workloads) {
    if (options.base.some((base) => sameWorkload(of, base))) continue;
    const seconds = (end - performance.now()) / 1000;
    const choice = choose(of, all, { backend, rows, seconds });
    if (choice.leftOut.length > 0) leftOut.push(`${workloadName(of)}: ${choice.leftOut.join(", ")}`);
    await add(of, choice.variants);
  }
  return { rows, leftOut };
}

async function timeWorkload(
  of: Workload,
  variants: readonly Variant[],
  backend: Backend,
  options: TurnOptions,
): Promise<BenchRow[]> {
  const contestants = variants.toReversed().map((variant) =>
    contestant(of, variant, kernelsOf(backend.name))
  ); // the tape's rows come first
  try {
    const turns = await byTurns(contestants, options);
    const onGPU: (Record<Phase, number> | undefined)[] = [];
    for (const one of contestants) onGPU.push(await gpuTimes(one));
    const factor = { forward: 1, backward: 2, step: 3 };
    return contestants.flatMap(({ variant }, i) =>
      PHASES.map((phase): BenchRow => {
        const times = turns[i]![phase];
        const middle = median(times);
        const gflops = middle > 0 ? factor[phase] * forwardFlop(of) / middle / 1e6 : 0;
        return {
          ...{ variant, backend: backend.name, adapter: backend.adapter, ...of, phase },
          median_ms: shown(middle),
          min_ms: shown(Math.min(...times)),
          max_ms: shown(Math.max(...times)),
          gflops: shown(gflops),
          gpu_ms: onGPU[i]?.[phase],
        };
      })
    );
  } finally {
    for (const one of contestants) one.dispose();
  }
}

/** Milliseconds of the phases by the GPU's own clock, where it tells. They scatter little, so that once is enough. */
async function gpuTimes({ forward, step }: Contestant): Promise<Record<Phase, number> | undefined> {
  const [first, whole] = [await gpuMilliseconds(() => forward(1)), await gpuMilliseconds(() => step(1))];
  if (first === undefined || whole === undefined) return undefined;
  return { forward: shown(first), backward: shown(Math.max(0, whole - first)), step: shown(whole) };
}

function shown(value: number): number {
  return Number(value.toPrecision(4));
}
