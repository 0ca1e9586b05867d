import { tf } from "../../deps.ts";
import { runKernel } from "./program.ts";

const THREADS = 64;

/** Partial sums: `count` vectors of one size, one after the other. */
export interface Parts {
  /** The vectors' elements, and perhaps some more. */
  readonly partial: tf.Tensor1D;
  /** Number of vectors. */
  readonly count: number;
  /** Elements of one of them. */
  readonly size: number;
}

/**
 * The sums of several lists of vectors, one after the other. Vectors are added in order, without atomics. Frees the
 * parts.
 */
export function sumParts(lists: readonly Parts[]): tf.Tensor1D {
  const size = lists.reduce((sum, own) => sum + own.size, 0);
  const uniforms = Object.fromEntries(
    lists.flatMap((own, i) => [[`count${i}`, own.count], [`size${i}`, own.size]]),
  );
  const sum = runKernel({
    key: `ngpu-sum-parts-${lists.length}`,
    workgroupSize: THREADS,
    workgroups: Math.ceil(size / THREADS),
    inputs: Object.fromEntries(
      lists.map(({ partial }, i) => [`partial${i}`, { tensor: partial, vector: false }]),
    ),
    uniforms,
    outputSize: size,
    vector: false,
    code: () => `
fn main(index: i32) {
  var place = index;
  ${
      lists.map((_, i) => `
  if (place < uniforms.size${i}) {
    var sum = 0.0;
    for (var part = 0; part < uniforms.count${i}; part++) { sum += partial${i}[part * uniforms.size${i} + place]; }
    result[index] = sum;
    return;
  }
  place -= uniforms.size${i};`).join("")
    }
}`,
  });
  tf.dispose(lists.map(({ partial }) => partial));
  return sum;
}
