import type { Example } from "../problems/dataset.ts";
import { VERDICT_NUMBERS } from "../engine/judge.ts";
import { lengthOf } from "../model/batch.ts";

/** Whether models were right on one example, and how clearly. */
export interface Verdict {
  /** Number of positions right, padding after the answer included. */
  readonly right: number;
  /** Number of positions right in the answer, without the padding after it. */
  readonly answer: number;
  /**
   * Natural logarithm of the share of the right symbol over the largest share of another one, at the position where that
   * is smallest. It is below 0 where the example is wrong, and the larger the clearer it is right.
   */
  readonly margin: number;
}

/** Whether every position of the example is right. */
export function isRight(example: Example, verdict: Verdict): boolean {
  return verdict.right === lengthOf(example);
}

/** Whether the answer is right, whatever stands in the padding after it. */
export function isAnswerRight({ target }: Example, verdict: Verdict): boolean {
  return verdict.answer === target.length;
}

/** The verdicts that `judgeShares` of engine/judge.ts yields, each as an object. */
export function readVerdicts(numbers: Float32Array): Verdict[] {
  return Array.from({ length: numbers.length / VERDICT_NUMBERS }, (_, row) => ({
    right: numbers[row * VERDICT_NUMBERS]!,
    answer: numbers[row * VERDICT_NUMBERS + 1]!,
    margin: numbers[row * VERDICT_NUMBERS + 2]!,
  }));
}
