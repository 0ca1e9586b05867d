/** How long the examples of a size are. */
import { sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import { lengthOf } from "./batch.ts";

/** Draws from each suite: a few tell whether the lengths vary, and where they do more of them are drawn. */
const [FEW, MANY] = [3, 64];

/**
 * The lengths of the examples of a size of some suites, as far as draws show. Where they vary, a longer example may turn
 * up later.
 */
export function lengthsOf(
  problem: Problem,
  suites: readonly string[],
  size: number,
  seed: number,
): ReadonlySet<number> {
  const lengths = new Set<number>();
  const draw = (from: number, to: number) => {
    for (const [s, suite] of suites.entries()) {
      for (let i = from; i < to; i++) {
        lengths.add(lengthOf(sampleExample(problem, suite, size, new Random(seed, "length", size, s, i))));
      }
    }
  };
  draw(0, FEW);
  if (lengths.size > 1) draw(FEW, MANY);
  return lengths;
}

/** The length of the longest of these. */
export function longestOf(lengths: Iterable<number>): number {
  return [...lengths].reduce((most, length) => Math.max(most, length), 0);
}
