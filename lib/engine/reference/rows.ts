import { tf } from "../../deps.ts";
import type { RecurrenceRun } from "../run.ts";

/** The rows of a batch as tensors that broadcast over a state `[batch, width, positions, maps]`. */
export interface Rows {
  /** Steps of the longest row. */
  readonly steps: number;
  /** `[batch, 1, positions, 1]`: 1 where a row has a symbol, else 0. Absent where every row fills its positions. */
  readonly mask: tf.Tensor4D | undefined;
  /** mask/(length²·batch), the weight of each unit in the saturation cost; a scalar where all rows have the same length. */
  readonly saturationWeight: tf.Tensor;
  /** `[batch, 1, 1, 1]`: 1 for the rows that take step t, otherwise 0. Absent where all take it. */
  active(t: number): tf.Tensor4D | undefined;
}

/** Reads a batch's rows. `positions` are those of the state. */
export function rowsOf(run: Pick<RecurrenceRun, "lengths" | "steps" | "batch">, positions: number): Rows {
  const { lengths, steps, batch } = run;
  const full = lengths.every((length) => length === positions);
  const mask = full ? undefined : tf.tensor4d(
    lengths.flatMap((length) => Array.from({ length: positions }, (_, k) => k < length ? 1 : 0)),
    [lengths.length, 1, positions, 1],
  );
  const weights = lengths.map((length) => 1 / (length * length * batch));
  const saturationWeight = mask === undefined
    ? tf.scalar(1 / (positions * positions * batch))
    : tf.mul(mask, tf.tensor4d(weights, [lengths.length, 1, 1, 1]));
  return {
    steps: Math.max(...steps),
    mask,
    saturationWeight,
    active: (t) =>
      steps.every((own) => t < own)
        ? undefined
        : tf.tensor4d(steps.map((own) => t < own ? 1 : 0), [steps.length, 1, 1, 1]),
  };
}
