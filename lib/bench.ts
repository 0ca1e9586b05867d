/** Times variants of a computation by turns, so that what else the machine does falls on all of them alike. */
import { csvLine } from "./csv.ts";
import type { RecurrenceSpec } from "./recurrence/spec.ts";

/** A row of the benchmark: one phase of one variant of one case. */
export interface BenchRow {
  /** `tape`, `composed` or `fused`. */
  readonly variant: string;
  /** The preset whose shapes are used. */
  readonly preset: string;
  /** The backend's name. */
  readonly backend: string;
  /** What it computes on. */
  readonly adapter: string;
  /** Channels of the state. */
  readonly maps: number;
  /** Digits per operand of binary addition. */
  readonly size: number;
  /** Examples in a step. */
  readonly batch: number;
  /** `forward`, `backward`, or `step`: both, and the optimizer. */
  readonly phase: "forward" | "backward" | "step";
  /** Median over the turns, in milliseconds. */
  readonly median_ms: number;
  /** The fastest turn. */
  readonly min_ms: number;
  /** The slowest turn. */
  readonly max_ms: number;
  /** Useful arithmetic of the convolutions, in 10⁹ operations a second, by the median. */
  readonly gflops: number;
}

const COLUMNS = [
  "variant",
  "preset",
  "backend",
  "adapter",
  "maps",
  "size",
  "batch",
  "phase",
  "median_ms",
  "min_ms",
  "max_ms",
  "gflops",
] as const satisfies readonly (keyof BenchRow)[];

/** The first line of a benchmark, with its line end. */
export const BENCH_HEADER: string = csvLine(COLUMNS);

/** A line of a benchmark, with its line end. */
export function benchLine(row: BenchRow): string {
  return csvLine(COLUMNS.map((column) => row[column]));
}

/** Something to time: each call does the work once and waits for it. */
export interface Contestant {
  /** The variant's name. */
  readonly variant: string;
  /** The loss, without a gradient. */
  forward(): Promise<void>;
  /** Loss, gradient and update. */
  step(): Promise<void>;
}

/** Times, in milliseconds, of the turns of one variant. `backward` is what a step takes beyond the forward pass. */
export type Turns = Readonly<Record<BenchRow["phase"], readonly number[]>>;

/** Lets the contestants take turns, after one turn each that is not counted. */
export async function byTurns(
  contestants: readonly Contestant[],
  turns: number,
  signal: AbortSignal | undefined,
): Promise<Turns[]> {
  const times = contestants.map(() => ({
    forward: [] as number[],
    backward: [] as number[],
    step: [] as number[],
  }));
  for (let turn = -1; turn < turns; turn++) {
    for (const [i, contestant] of contestants.entries()) {
      signal?.throwIfAborted();
      const forward = await time(contestant.forward);
      const step = await time(contestant.step);
      if (turn < 0) continue;
      times[i]!.forward.push(forward);
      times[i]!.step.push(step);
      times[i]!.backward.push(step - forward);
    }
  }
  return times;
}

async function time(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle one of some numbers, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Floating-point operations of the convolutions of one forward pass; a backward pass has twice as many. */
export function forwardFlop(
  spec: RecurrenceSpec,
  examples: number,
  positions: number,
  steps: number,
): number {
  const { kernel_width, kernel_length, maps, width, layers } = spec;
  return 2 * 3 * kernel_width * kernel_length * maps * maps * width * positions * steps * layers * examples;
}
