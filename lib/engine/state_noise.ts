import { tf } from "../deps.ts";
import { extend, type Key, keyOf, wordAt } from "../random.ts";
import type { StateNoise } from "./run.ts";

/** The key of a row's noise after step t; that of a column is extended by the column's number. */
export function noiseKey({ seed, trainingStep, firstExample }: StateNoise, row: number, t: number): Key {
  return extend(keyOf(seed, NOISE_STREAM), trainingStep, firstExample + row, t);
}

/** The stream of random numbers that noise is drawn from. */
export const NOISE_STREAM = "state noise";

/**
 * The noise after step t, `[rows, width, positions, maps]`, uniform in ± scale. Element (row, column, position, map)
 * depends on the seed, the training step, the row's index in the batch, step t, column, position and map alone.
 */
export function stateNoise(
  noise: StateNoise,
  t: number,
  shape: readonly [rows: number, width: number, positions: number, maps: number],
): tf.Tensor4D {
  const [rows, width, positions, maps] = shape;
  const scale = Math.fround(noise.scale);
  const values = new Float32Array(rows * width * positions * maps);
  let i = 0;
  for (let row = 0; row < rows; row++) {
    const stepKey = noiseKey(noise, row, t);
    for (let column = 0; column < width; column++) {
      const key = extend(stepKey, column);
      for (let unit = 0; unit < positions * maps; unit++) {
        // 24 bits, which an f32 represents exactly, so that every backend gets the same number.
        values[i++] = ((wordAt(key, unit) >>> 8) * 2 ** -23 - 1) * scale;
      }
    }
  }
  return tf.tensor4d(values, [rows, width, positions, maps]);
}
