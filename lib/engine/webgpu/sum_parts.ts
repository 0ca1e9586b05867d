import { scalars, type Sequence } from "./program.ts";

const THREADS = 64;

/** Partial sums: `count` vectors of one size, one after the other, and perhaps some more elements. */
export interface Parts {
  /** Where they are. */
  readonly partial: GPUBuffer;
  /** Number of vectors. */
  readonly count: number;
  /** Elements of one of them. */
  readonly size: number;
}

/** Partial sums before they have a place, and the kernel that computes them `into` one. */
export type PartsOf = Pick<Parts, "count" | "size"> & { into(partial: GPUBuffer): Sequence };

/**
 * The sums of several lists of vectors, one list after the other. Vectors are added in order, without atomics. Where
 * `adds`, they are added to what stands in the result.
 */
export function summing(
  lists: readonly Parts[],
  result: GPUBuffer,
  adds = false,
): Sequence {
  const size = lists.reduce((sum, own) => sum + own.size, 0);
  return {
    key: `sum-parts-${lists.length}-${adds}`,
    workgroupSize: THREADS,
    reads: Object.fromEntries(lists.map(({ partial }, i) => [`partial${i}`, scalars(partial)])),
    writes: { result: scalars(result) },
    dispatches: [{
      kernel: "sumParts",
      workgroups: Math.ceil(size / THREADS),
      uniforms: Object.fromEntries(
        lists.flatMap((own, i) => [[`count${i}`, own.count], [`size${i}`, own.size]]),
      ),
    }],
    code: () => `
fn sumParts(index: i32) {
  var place = index;
  ${
      lists.map((_, i) => `
  if (place < uniforms.size${i}) {
    var sum = 0.0;
    for (var part = 0; part < uniforms.count${i}; part++) { sum += partial${i}[part * uniforms.size${i} + place]; }
    result[index] = ${adds ? "result[index] + sum" : "sum"};
    return;
  }
  place -= uniforms.size${i};`).join("")
    }
}`,
  };
}
