/** What models write for examples, and how sure they are of it. */
import type { Example } from "../problems/dataset.ts";
import { decodeSymbols } from "../model/batch.ts";
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
