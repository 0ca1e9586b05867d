import type { Example } from "../problems/dataset.ts";
import { VERDICT_NUMBERS } from "../engine/judge.ts";
import { lengthOf } from "../model/batch.ts";

/** How models did on one example. */
export interface Verdict {
  /** Positions right, PAD after the answer included. */
  readonly right: number;
  /**
   * ln of what the right symbol gets over what the best other one gets, at the position where that is least: below 0
   * where the example is wrong, a little above 0 where it nearly was.
   */
  readonly margin: number;
}

/** Whether every position of the example is right. */
export function isRight(example: Example, verdict: Verdict): boolean {
  return verdict.right === lengthOf(example);
}

/** The verdicts that `judgeShares` of engine/judge.ts yields, each as an object. */
export function readVerdicts(numbers: Float32Array): Verdict[] {
  return Array.from({ length: numbers.length / VERDICT_NUMBERS }, (_, row) => ({
    right: numbers[row * VERDICT_NUMBERS]!,
    margin: numbers[row * VERDICT_NUMBERS + 1]!,
  }));
}
