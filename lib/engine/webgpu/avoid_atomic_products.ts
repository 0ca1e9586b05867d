/**
 * A work-around: for matrix products with long sums, such as weight gradients, @tensorflow/tfjs-backend-webgpu 4.22.0 takes
 * a kernel that adds floats atomically, in any order, so that the same seed would not give the same bits. It can go once
 * that kernel (https://github.com/tensorflow/tfjs/pull/6285) adds in a fixed order.
 */
import { tf } from "../../deps.ts";

/** The number of a kernel that adds in a fixed order, `MatMulPackedProgram`. */
const PACKED = 3;

/** Makes tfjs's webgpu backend compute all matrix products with one kernel, which adds in a fixed order. */
export function avoidAtomicProducts(): void {
  tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", PACKED);
}
