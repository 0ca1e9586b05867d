import type { Example } from "../problems/dataset.ts";
import { type Batch, lengthOf } from "../model/batch.ts";

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

/** The least share that counts: smaller ones, and none at all, are not told apart. */
const LEAST = 1e-37;

/** Numbers of a verdict, as threads send them: `right` and `margin`. */
export const VERDICT_NUMBERS = 2;

/** The verdicts on a batch whose rows are all of its length, from `[rows × positions, symbols + 1]` shares. */
export function judgeShares({ rows, positions, target }: Batch, shares: Float32Array): Float32Array {
  const vocabulary = shares.length / (rows * positions);
  const verdicts = new Float32Array(rows * VERDICT_NUMBERS);
  for (let row = 0; row < rows; row++) {
    let right = 0;
    let margin = Infinity;
    for (let k = row * positions; k < (row + 1) * positions; k++) {
      const own = target[k]!;
      let written = 0;
      let best = 0;
      let other = LEAST;
      for (let symbol = 0; symbol < vocabulary; symbol++) {
        const share = shares[k * vocabulary + symbol]!;
        if (share > best) [written, best] = [symbol, share];
        if (symbol !== own && share > other) other = share;
      }
      if (written === own) right++;
      margin = Math.min(margin, Math.log(Math.max(shares[k * vocabulary + own]!, LEAST) / other));
    }
    // A diverged model writes no numbers: as wrong as can be.
    verdicts.set([right, Number.isNaN(margin) ? Math.log(LEAST) : margin], row * VERDICT_NUMBERS);
  }
  return verdicts;
}

/** The verdicts that {@linkcode judgeShares} yields, each as an object. */
export function readVerdicts(numbers: Float32Array): Verdict[] {
  return Array.from({ length: numbers.length / VERDICT_NUMBERS }, (_, row) => ({
    right: numbers[row * VERDICT_NUMBERS]!,
    margin: numbers[row * VERDICT_NUMBERS + 1]!,
  }));
}
