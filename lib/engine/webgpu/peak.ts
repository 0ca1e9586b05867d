/** Kernels that measure a GPU's speed: one of multiply-adds only, and one that copies. */
import type { tf } from "../../deps.ts";
import { bufferOf } from "./gpu.ts";
import { vectors } from "./program.ts";
import { filled } from "./recording.ts";

const THREADS = 2 ** 18;
const WORKGROUP = 256;

/** Multiply-adds of one round of the kernel: two chains of vectors of 4, each 32 links long. */
const LINKS = 32;

/**
 * There are two chains, because more need more registers than a software adapter has. On a GPU other threads use the
 * waiting time.
 */
const multiplyAddCode = `fn multiplyAdds(index: i32) {
  let factor = vec4<f32>(1.0 - 1.0 / f32(uniforms.rounds + 2)); // nothing that a compiler could foresee
  let summand = vec4<f32>(f32(index) * 1e-6);
  var a = vec4<f32>(1.0);
  var b = vec4<f32>(2.0);
  for (var round = 0; round < uniforms.rounds; round++) {
    ${"a = fma(a, factor, summand); b = fma(b, factor, summand);\n".repeat(LINKS)}
  }
  result[index] = a + b;
}`;

/** Floating-point operations of a round of {@linkcode multiplyAdds}. */
export const FLOP_PER_WEBGPU_ROUND = THREADS * 2 * 4 * 2 * LINKS;

/** Runs a number of rounds of multiply-adds. */
export function multiplyAdds(rounds: number): tf.Tensor1D {
  return filled(4 * THREADS, (result) => ({
    key: "multiply-adds",
    code: () => multiplyAddCode,
    workgroupSize: WORKGROUP,
    reads: {},
    writes: { result: vectors(bufferOf(result)) },
    dispatches: [{ kernel: "multiplyAdds", workgroups: THREADS / WORKGROUP, uniforms: { rounds } }],
  }));
}

/** Each thread copies one vector, and neighbouring threads copy neighbouring ones. */
const copyCode = "fn copy(index: i32) { if (index < uniforms.vectors) { result[index] = source[index]; } }";

/** Copies the first `vectorCount` vectors of 4 numbers, 16 bytes each. */
export function copyVectors(source: tf.TensorInfo, vectorCount: number): tf.Tensor1D {
  return filled(4 * vectorCount, (result) => ({
    key: "copy",
    code: () => copyCode,
    workgroupSize: WORKGROUP,
    reads: { source: vectors(bufferOf(source)) },
    writes: { result: vectors(bufferOf(result)) },
    dispatches: [{
      kernel: "copy",
      workgroups: Math.ceil(vectorCount / WORKGROUP),
      uniforms: { vectors: vectorCount },
    }],
  }));
}
