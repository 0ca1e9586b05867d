/** What the families of problems share: symbols, random texts, and numbers as texts. */
import { shown } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { readNumber } from "../digits.ts";
import { runs } from "../numbers.ts";

/** The symbols of problems with any number of them, in their order. */
export const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The number bases, each with the letter that stands before the names of its problems. */
export const BASES: readonly (readonly [radix: number, letter: string, word: string])[] = [
  [2, "b", "Binary"],
  [4, "q", "Base-4"],
  [5, "f", "Base-5"],
  [8, "o", "Octal"],
  [10, "", "Decimal"],
];

/** The digits of a base. */
export const digitsIn = (radix: number): string => SYMBOLS.slice(0, radix);

/** Throws the error that a text is no input of a problem. */
export function refuse(input: string, expected: string): never {
  throw new RangeError(`Cannot compute ${shown(input, 60)}: expected ${expected}`);
}

/** The groups of a pattern in an input. Throws a `RangeError` where it does not match. */
export function groupsOf(input: string, pattern: RegExp, expected: string): string[] {
  return pattern.exec(input)?.slice(1) ?? refuse(input, expected);
}

/** Uniform symbols. */
export function uniformText(symbols: string, length: number, random: Random): string {
  let text = "";
  for (let i = 0; i < length; i++) text += symbols[random.integer(symbols.length)];
  return text;
}

/** Symbols as uniform ones never are: long runs, or nearly all equal. */
export function hardText(symbols: string, length: number, random: Random): string {
  if (random.integer(2) === 0) return runs(length, symbols.length, random).map((i) => symbols[i]).join("");
  const [common, share] = [symbols[random.integer(symbols.length)]!, random.uniform() / 8];
  let text = "";
  for (let i = 0; i < length; i++) {
    text += random.uniform() < share ? symbols[random.integer(symbols.length)] : common;
  }
  return text;
}

/** The number that digits mean, least significant first. */
export function numberIn(digits: string, radix: number): bigint {
  return readNumber(digits, radix)!;
}

/** The symbols of a text from the last to the first. */
export function reversed(text: string): string {
  return [...text].reverse().join("");
}

/** A uniform whole number from 0 to below a bound. */
export function integerBelow(bound: bigint, random: Random): bigint {
  const bits = (bound - 1n).toString(2).length;
  while (true) {
    const value = BigInt(`0b${uniformText("01", bits, random)}`);
    if (value < bound) return value;
  }
}
