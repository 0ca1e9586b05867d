/** What models write for examples, and how sure they are of it. */
import type { Example } from "../problems/dataset.ts";
import { type Batch, decodeSymbols } from "../model/batch.ts";
import { isRight, readVerdicts } from "./verdict.ts";

/** An example that was tried, and what the models made of it. */
export interface Prediction extends Example {
  /** What they wrote, up to the first PAD. */
  readonly output: string;
  /** Whether every position is right, PAD after the answer included. */
  readonly right: boolean;
  /** The smallest difference, over the positions, between the winner's share and the next one's, from 0 to 1. */
  readonly margin: number;
}

/**
 * The symbols that win in a batch, `[rows × positions]`, and the margin of each row, from
 * `[rows × positions, symbols + 1]` shares that are the sum of so many models'.
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

/** What was predicted for the examples of a batch, from the numbers of their verdicts and of their winners. */
export function readPredictions(
  symbols: string,
  examples: readonly Example[],
  [numbers, written, margins]: readonly [Float32Array, Float32Array, Float32Array],
): Prediction[] {
  const verdicts = readVerdicts(numbers);
  const positions = written.length / examples.length;
  return examples.map(({ size, input, target }, row) => ({
    size,
    input,
    output: decodeSymbols(symbols, written.subarray(row * positions, (row + 1) * positions)),
    target,
    right: isRight({ size, input, target }, verdicts[row]!),
    margin: margins[row]!,
  }));
}
