import type { Backend } from "../engine/backend.ts";
import { kernelsOf } from "../engine/backends.ts";
import { reference } from "../engine/reference/kernels.ts";
import { releaseMemory } from "../engine/webgpu/release_memory.ts";
import { median } from "../statistics.ts";
import { caseName, choose, forwardFlop, sameCase, type Variant } from "./cases.ts";
import { contestant } from "./contestants.ts";
import { type BenchCase, type BenchRow, PHASES } from "./report.ts";
import { byTurns, type TurnOptions } from "./turns.ts";

/** What to time, and for how long. */
export interface BenchOptions extends TurnOptions {
  /** Cases to time as long as there is time. */
  readonly cases: readonly BenchCase[];
  /** Cases to time before them, in any event; they may be among them. */
  readonly base: readonly BenchCase[];
  /** Seconds that all may take. */
  readonly seconds: number;
  /** Called before a case is timed. */
  readonly onCase?: ((of: BenchCase, variants: readonly Variant[]) => void) | undefined;
}

/** What a benchmark came to. */
export interface BenchResult {
  /** A row for each phase of each variant of each case that was timed. */
  readonly rows: readonly BenchRow[];
  /** For people, a line for each case of which something was left out. */
  readonly leftOut: readonly string[];
}

/** Times training steps on a backend that has been started. */
export async function runBenchmark(backend: Backend, options: BenchOptions): Promise<BenchResult> {
  const end = performance.now() + options.seconds * 1000;
  const all: readonly Variant[] = kernelsOf(backend.name) === reference ? ["tape"] : ["fused", "tape"];
  const rows: BenchRow[] = [];
  const leftOut: string[] = [];
  const add = async (of: BenchCase, variants: readonly Variant[]) => {
    if (variants.length === 0) return;
    options.onCase?.(of, variants);
    rows.push(...await timeCase(of, variants, backend, options));
    releaseMemory();
  };
  for (const of of options.base) await add(of, all);
  for (const of of options.cases) {
    if (options.base.some((base) => sameCase(of, base))) continue;
    const seconds = (end - performance.now()) / 1000;
    const choice = choose(of, all, { backend, rows, seconds });
    if (choice.leftOut.length > 0) leftOut.push(`${caseName(of)}: ${choice.leftOut.join(", ")}`);
    await add(of, choice.variants);
  }
  return { rows, leftOut };
}

async function timeCase(
  of: BenchCase,
  variants: readonly Variant[],
  backend: Backend,
  options: TurnOptions,
): Promise<BenchRow[]> {
  const contestants = variants.toReversed().map((variant) =>
    contestant(of, variant, kernelsOf(backend.name))
  ); // the tape's rows come first
  try {
    const turns = await byTurns(contestants, options);
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
        };
      })
    );
  } finally {
    for (const one of contestants) one.dispose();
  }
}

function shown(value: number): number {
  return Number(value.toPrecision(4));
}
