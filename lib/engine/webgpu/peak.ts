/** Kernels that measure a GPU's speed: one of multiply-adds only, and one that copies. */
import type { tf } from "../../deps.ts";
import { runKernel } from "./program.ts";

const THREADS = 2 ** 18;
const WORKGROUP = 256;

/** Multiply-adds of one round of the kernel: two chains of vectors of 4, each 32 links long. */
const LINKS = 32;

/**
 * There are two chains, because more need more registers than a software adapter has. On a GPU other threads use the
 * waiting time.
 */
const multiplyAddCode = `fn main(index: i32) {
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
  return runKernel({
    key: "ngpu-multiply-adds",
    code: () => multiplyAddCode,
    workgroupSize: WORKGROUP,
    workgroups: THREADS / WORKGROUP,
    inputs: {},
    uniforms: { rounds },
    outputSize: 4 * THREADS,
    vector: true,
  });
}

/** Each thread copies one vector, and neighbouring threads copy neighbouring ones. */
const copyCode = "fn main(index: i32) { if (index < uniforms.vectors) { result[index] = source[index]; } }";

/** Copies the first `vectors` vectors of 4 numbers, 16 bytes each. */
export function copyVectors(source: tf.TensorInfo, vectors: number): tf.Tensor1D {
  return runKernel({
    key: "ngpu-copy",
    code: () => copyCode,
    workgroupSize: WORKGROUP,
    workgroups: Math.ceil(vectors / WORKGROUP),
    inputs: { source: { tensor: source, vector: true } },
    uniforms: { vectors },
    outputSize: 4 * vectors,
    vector: true,
  });
}
