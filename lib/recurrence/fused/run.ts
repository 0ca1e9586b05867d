import { tf } from "../../deps.ts";
import { extend, keyOf } from "../../random.ts";
import { dropThreshold } from "../dropout.ts";
import type { RecurrenceRun, RecurrenceSpec } from "../spec.ts";
import { quadsOf, TILE } from "./wgsl.ts";

/** A run as the kernels see it. */
export interface FusedRun {
  /** Rows of the batch. */
  readonly rows: number;
  /** Positions of the state. */
  readonly positions: number;
  /** Steps of the longest row. */
  readonly steps: number;
  /** Invocations of a row's workgroup: a power of two. */
  readonly threads: number;
  /** `[rows, 4]`: length, steps, weight in the saturation cost, 0. */
  readonly rowInfo: tf.Tensor2D;
  /** Where units are dropped, if they are. */
  readonly dropOn: "candidate" | "state" | "nowhere";
  /** Whether the saturation cost is wanted. */
  readonly saturation: boolean;
  /** Words of the dropout's key, first example, threshold, and the bits of 1/keep. */
  readonly dropout: readonly [
    key0: number,
    key1: number,
    firstExample: number,
    threshold: number,
    kept: number,
  ];
}

/** Prepares a run. The caller frees `rowInfo`. */
export function fusedRun(spec: RecurrenceSpec, run: RecurrenceRun, positions: number): FusedRun {
  const { lengths, steps, batch, saturation, dropout } = run;
  const info = lengths.flatMap((length, row) => [length, steps[row]!, 1 / (length * length * batch), 0]);
  const tiles = spec.width * Math.ceil(positions / TILE) * quadsOf(spec);
  const [key0, key1] = dropout ? extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep) : [0, 0];
  return {
    rows: lengths.length,
    positions,
    steps: Math.max(...steps),
    threads: tiles <= 64 ? 64 : tiles <= 128 ? 128 : 256,
    rowInfo: tf.keep(tf.tensor2d(info, [lengths.length, 4])),
    dropOn: dropout?.on ?? "nowhere",
    saturation,
    dropout: [
      key0,
      key1,
      dropout?.firstExample ?? 0,
      dropout ? dropThreshold(dropout.rate) : 0,
      new Int32Array(new Float32Array([dropout ? 1 / (1 - dropout.rate) : 1]).buffer)[0]!,
    ],
  };
}

/** What of a run is part of the kernels' text. */
export function keyOfRun(run: FusedRun): string {
  return `${run.dropOn}-${run.saturation}-${run.threads}`;
}

/** What of a run is not. */
export function runUniforms(run: FusedRun): Record<string, number> {
  const [dropKey0, dropKey1, firstExample, threshold, kept] = run.dropout;
  const { rows, positions, steps } = run;
  return { rows, positions, steps, dropKey0, dropKey1, firstExample, threshold, kept };
}
