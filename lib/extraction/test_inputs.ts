/** The inputs on which a network is tried while it is refined, easy ones first. */
import { type Example, sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import { allExamples, countInputs } from "./inputs.ts";

/** Multiples of the training size at which examples of all suites are tried, and how many of each suite. */
const BEYOND = [[1, 64], [2, 32], [5, 16], [12, 4]] as const;

/** The largest size of which there are at most so many inputs in all, counted from size 1 on. */
export function exhaustibleSize(problem: Problem, most: number): number {
  let size = 0;
  for (let total = 0; (total += countInputs(problem, size + 1)) <= most;) size++;
  return size;
}

/** Groups of examples: all inputs of the small sizes, then some of each suite at larger sizes, drawn anew for each `round`. */
export function* testInputs(
  problem: Problem,
  { size, most, seed, round }: {
    readonly size: number;
    readonly most: number;
    readonly seed: number;
    readonly round: number;
  },
): Generator<Example[]> {
  const all = exhaustibleSize(problem, most);
  for (let small = 1; small <= all; small++) yield [...allExamples(problem, small)];
  for (const [times, count] of BEYOND) {
    for (const suite of Object.keys(problem.suites)) {
      yield Array.from(
        { length: count },
        (_, i) =>
          sampleExample(problem, suite, times * size, new Random(seed, "automaton test", round, times, i)),
      );
    }
  }
}
