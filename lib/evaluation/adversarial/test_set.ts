import type { Example, Row } from "../../problems/dataset.ts";
import { count, Examiner, NOTHING, type Score } from "../examiner.ts";
import { lengthsOf } from "../../model/lengths.ts";
import type { Problem } from "../../problems/problem.ts";
import type { ScorableTestSet } from "../report.ts";
import { isRight } from "../verdict.ts";
import { Search } from "./search.ts";

/** The suite that is a search. */
export const ADVERSARIAL = "adversarial";

/** Examples that are tried before the search learns from them: enough to fill a few batches. */
const GENERATION = 64;

/** Options of a search. */
export interface AdversarialOptions {
  /** The most examples that it tries. */
  readonly budget: number;
  /** Seed of its random numbers. */
  readonly seed: number;
  /** Gets the examples that the models got wrong, once the search is done. */
  readonly onFailures: (rows: readonly Row[]) => void | Promise<void>;
}

/** A test set that is a search for inputs of one size that the models get wrong. */
export function adversarialTestSet(
  problem: Problem,
  size: number,
  { budget, seed, onFailures }: AdversarialOptions,
): ScorableTestSet {
  return {
    suite: ADVERSARIAL,
    size,
    count: budget,
    lengths: () => lengthsOf(problem, Object.keys(problem.suites), size, seed),
    score: async (models, options) => {
      const search = new Search(problem, size, seed);
      const examiner = new Examiner(models, budget, options);
      const total: Score = { ...NOTHING };
      const failures: Example[] = [];
      while (total.examples < budget) {
        const generation = search.propose(Math.min(GENERATION, budget - total.examples));
        if (generation.length === 0) break;
        const verdicts = await examiner.try(generation);
        search.learn(generation, verdicts);
        count(generation, verdicts, total);
        failures.push(...generation.filter((example, i) => !isRight(example, verdicts[i]!)));
      }
      await onFailures(failures.map((example) => ({ problem: problem.name, ...example })));
      return total;
    },
  };
}
