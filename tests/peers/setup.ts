/** The training step that all peers compute: its numbers, its parameters and its batch, as JSON. */
import { type Batch, encodeBatch } from "../../lib/model/batch.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { configurationOf } from "../../lib/bench/workloads.ts";
import type { Workload } from "../../lib/bench/report.ts";
import { problems, Random } from "../../mod.ts";

/** What a peer is given. Arrays are flat, in the order of their shapes. */
export interface Setup {
  /** What is timed. */
  readonly workload: Workload;
  /** Threads that may compute. */
  readonly threads: number;
  /** Examples of the batch. */
  readonly rows: number;
  /** Positions of an example, which is also the number of steps. */
  readonly positions: number;
  /** Symbols, the padding among them. */
  readonly classes: number;
  /** Share of the units of the candidate and of the embedding that are dropped. */
  readonly dropout: number;
  /** Weight of the saturation cost, Σ relu(|pre-activation| − 0.9) / (positions² · rows). */
  readonly saturationWeight: number;
  /** Learning rate of AdaMax. */
  readonly learningRate: number;
  /** By name: filters `[3, maps, maps]`, biases `[maps]`, the embedding `[classes, maps]`, the output `[maps, classes]`. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Numbers of the input symbols, `[rows, positions]`. */
  readonly input: readonly number[];
  /** Numbers of the target symbols, `[rows, positions]`. */
  readonly target: readonly number[];
}

/** The batch of a workload: sums of bits, the same for all peers. */
export function batchOf({ size, batch }: Workload): Batch {
  const problem = problems.badd!;
  const examples = Array.from(
    { length: batch },
    (_, i) => sampleExample(problem, "random", size, new Random(1, "bench", i)),
  );
  return encodeBatch(problem.symbols, examples, { extraSteps: 0 });
}

/** The step of a workload of the default preset. */
export function setupOf(workload: Workload, threads: number): Setup {
  const problem = problems.badd!;
  const configuration = configurationOf(workload);
  const { table } = networkOf(configuration, problem.symbols);
  const values = initialParameters(table, 1);
  const { rows, positions, input, target } = batchOf(workload);
  return {
    workload,
    threads,
    rows,
    positions,
    classes: problem.symbols.length + 1,
    dropout: configuration.dropout,
    saturationWeight: configuration.saturation_weight,
    learningRate: configuration.learning_rate,
    parameters: Object.fromEntries(
      table.map(({ name, offset, size }) =>
        [name.replace("recurrence.set0.layer0.", ""), [...values.subarray(offset, offset + size)]] as const
      ),
    ),
    input: [...input],
    target: [...target],
  };
}
