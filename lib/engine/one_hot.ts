/**
 * A work-around for the gradient of `tf.gather`. In tfjs 4.22.0 it adds floats atomically on webgpu, so that the same seed
 * would not give the same bits, and the kernel for it (UnsortedSegmentSum) is missing on wasm. This file can go once both
 * backends have a kernel that adds in a fixed order; `tf.gather` can take its place.
 */
import { tf } from "../deps.ts";

/** Numbers below `vocabulary` as rows of `[count, vocabulary]` with a single 1; for the number `except`, of zeros. */
export function oneHot(numbers: Int32Array, vocabulary: number, except?: number): tf.Tensor2D {
  const values = new Float32Array(numbers.length * vocabulary);
  numbers.forEach((number, i) => {
    if (number !== except) values[i * vocabulary + number] = 1;
  });
  return tf.tensor2d(values, [numbers.length, vocabulary]);
}
