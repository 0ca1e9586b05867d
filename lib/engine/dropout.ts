import { tf } from "../deps.ts";
import { extend, keyOf, wordAt } from "../random.ts";
import type { Dropout } from "./run.ts";

/** The layer number under which the mask of the embedded input is drawn. */
export const INPUT_LAYER = 0xffff;

/**
 * The dropout mask of one cell application, `[rows, width, positions, maps]`: 0 where a unit is dropped, else
 * 1/(1 − rate). Element (row, column, position, map) depends on the seed, the training step, the row's index in the
 * batch, the layer, step t, column, position and map alone: padding, shards and tiles do not change it.
 */
export function dropoutMask(
  dropout: Dropout,
  layer: number,
  t: number,
  shape: readonly [rows: number, width: number, positions: number, maps: number],
): tf.Tensor4D {
  const [rows, width, positions, maps] = shape;
  const threshold = dropThreshold(dropout.rate);
  const kept = Math.fround(1 / (1 - dropout.rate));
  const mask = new Float32Array(rows * width * positions * maps);
  const stepKey = extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep);
  let i = 0;
  for (let row = 0; row < rows; row++) {
    const cellKey = extend(stepKey, dropout.firstExample + row, layer, t);
    for (let column = 0; column < width; column++) {
      const key = extend(cellKey, column);
      for (let unit = 0; unit < positions * maps; unit++) {
        mask[i++] = wordAt(key, unit) < threshold ? 0 : kept;
      }
    }
  }
  return tf.tensor4d(mask, [rows, width, positions, maps]);
}

/** A unit is dropped where its 32-bit word is below this. */
export function dropThreshold(rate: number): number {
  return Math.floor(rate * 2 ** 32);
}
