import type { Example } from "../problems/dataset.ts";
import { RunError, shown } from "../errors.ts";

/**
 * The number of the padding, which follows the symbols of an input and of a target. The alphabet's symbols have the
 * numbers after it.
 */
export const PAD = 0;

/** Examples as symbol numbers, padded to one number of positions. */
export interface Batch {
  /** Examples. */
  readonly rows: number;
  /** Positions of every row. */
  readonly positions: number;
  /** `[rows × positions]`: PAD, or 1 + the symbol's place in the alphabet. */
  readonly input: Int32Array;
  /** The target, in the form of `input`. */
  readonly target: Int32Array;
  /** Positions in use of each row: the length n of its example. */
  readonly lengths: readonly number[];
  /** Steps that each row takes. */
  readonly steps: readonly number[];
}

/** Options of {@linkcode encodeBatch}. */
export interface BatchOptions {
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
  /**
   * Positions and steps of every row, for training in bins; as many as the longest example needs, where that is longer.
   * By default each row takes as many steps as its own length.
   */
  readonly bin?: number | undefined;
}

/** n, the length of an example: its input's symbols or its target's, whichever are more. */
export function lengthOf(example: Pick<Example, "input" | "target">): number {
  return Math.max(example.input.length, example.target.length);
}

/** Encodes examples. `symbols` is the problem's alphabet. Throws a {@linkcode RunError} on a foreign symbol. */
export function encodeBatch(symbols: string, examples: readonly Example[], options: BatchOptions): Batch {
  const lengths = examples.map(lengthOf);
  const positions = lengths.reduce((most, length) => Math.max(most, length), options.bin ?? 0);
  const encode = (texts: string[]): Int32Array => {
    const numbers = new Int32Array(texts.length * positions);
    texts.forEach((text, row) => {
      for (let k = 0; k < text.length; k++) {
        const number = symbols.indexOf(text[k]!) + 1;
        if (number === 0) {
          const [given, expected] = [shown(text[k]), `one of the symbols ${shown(symbols, 100)}`];
          throw new RunError(`Cannot encode ${given}: expected ${expected}`, {
            code: "wrong_value",
            subject: "input",
            given,
            expected,
          });
        }
        numbers[row * positions + k] = number;
      }
    });
    return numbers;
  };
  return {
    rows: examples.length,
    positions,
    input: encode(examples.map((example) => example.input)),
    target: encode(examples.map((example) => example.target)),
    lengths,
    steps: lengths.map((length) => (options.bin === undefined ? length : positions) + options.extraSteps),
  };
}

/** Rows `from` (included) to `to` (excluded) of a batch. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  const { positions } = batch;
  return {
    rows: to - from,
    positions,
    input: batch.input.subarray(from * positions, to * positions),
    target: batch.target.subarray(from * positions, to * positions),
    lengths: batch.lengths.slice(from, to),
    steps: batch.steps.slice(from, to),
  };
}

/** The text of symbol numbers, up to the first PAD. */
export function decodeSymbols(symbols: string, numbers: ArrayLike<number>): string {
  let text = "";
  for (let k = 0; k < numbers.length && numbers[k] !== PAD; k++) text += symbols[numbers[k]! - 1] ?? "?";
  return text;
}
