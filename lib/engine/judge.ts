/** Judges models by the shares that they give to each symbol at each position. */
import { type Batch, PAD } from "../model/batch.ts";

/** The least share: smaller ones, and 0, count as this one. */
const LEAST = 1e-37;

/**
 * How many numbers a verdict has: the positions that are right, those of them that belong to the answer, and the margin of
 * the right symbol; see `Verdict`.
 */
export const VERDICT_NUMBERS = 3;

/** The verdicts on a batch whose examples all have its length, from `[rows × positions, symbols + 1]` shares. */
export function judgeShares({ rows, positions, target }: Batch, shares: Float32Array): Float32Array {
  const vocabulary = shares.length / (rows * positions);
  const verdicts = new Float32Array(rows * VERDICT_NUMBERS);
  for (let row = 0; row < rows; row++) {
    let right = 0;
    let answer = 0;
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
      if (written === own) {
        right++;
        if (own !== PAD) answer++;
      }
      margin = Math.min(margin, Math.log(Math.max(shares[k * vocabulary + own]!, LEAST) / other));
    }
    // The shares of a diverged model are not numbers: it counts as wrong as possible.
    verdicts.set([right, answer, Number.isNaN(margin) ? Math.log(LEAST) : margin], row * VERDICT_NUMBERS);
  }
  return verdicts;
}

/**
 * The symbols that win in a batch, `[rows × positions]`, and the margin of each row, from
 * `[rows × positions, symbols + 1]` shares, which are the sum over `models` models.
 */
export function winnersOf(
  { rows, positions }: Batch,
  shares: Float32Array,
  models: number,
): [written: Float32Array, margins: Float32Array] {
  const vocabulary = shares.length / (rows * positions);
  const written = new Float32Array(rows * positions);
  const margins = new Float32Array(rows).fill(1);
  for (let k = 0; k < written.length; k++) {
    let best = 0;
    let next = 0;
    for (let symbol = 0; symbol < vocabulary; symbol++) {
      const share = shares[k * vocabulary + symbol]!;
      if (share > best) [written[k], best, next] = [symbol, share, best];
      else if (share > next) next = share;
    }
    const row = Math.floor(k / positions);
    margins[row] = Math.min(margins[row]!, (best - next) / models);
  }
  return [written, margins];
}
