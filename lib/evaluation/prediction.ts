/** Predictions: what models write for examples, and how sure they are. */
import type { Example } from "../problems/dataset.ts";
import { decodeSymbols } from "../model/batch.ts";
import { isRight, readVerdicts } from "./verdict.ts";

/** An example, and what models write for it. */
export interface Prediction extends Example {
  /** The symbols that the models write, up to the first padding. */
  readonly output: string;
  /** Whether every position is right, padding after the answer included. */
  readonly right: boolean;
  /**
   * How sure the models are, from 0 to 1: the difference between the largest share of a symbol and the second largest,
   * at the position where it is smallest.
   */
  readonly margin: number;
}

/** The predictions for the examples of a batch, from the numbers of their verdicts and the symbols that were written. */
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
