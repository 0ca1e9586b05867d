import { figure, shown } from "../errors.ts";
import {
  FUNCTION,
  type Kinds,
  NUMBER,
  OBJECT,
  objectOf,
  oneOf,
  optional,
  TEXT,
  wholeFrom,
} from "../checks/options.ts";
import type { Random } from "../random.ts";
import type { Expression } from "./fold.ts";

/** The operation and the number base of a problem of two whole numbers, from which `solve` translates expressions. */
export interface Arithmetic {
  /** The sign between the operands: `+` for their sum, `-` for the first less the second, `*` for their product. */
  readonly operator: string;
  /** The base of the digits, from 2 to 10. */
  readonly radix: number;
}

/** How expressions in decimal are written for a problem, and its answers are read as numbers. */
export interface Notation {
  /** The base of the digits of answers, which stand least significant first. From 2 to 10. */
  readonly radix: number;
  /** Which expressions it has, in words, such as `A + B + C`. */
  readonly form: string;
  /** The input that means an expression, as the problem's suites would write it; undefined where there is none. */
  write(expression: Expression): string | undefined;
}

/** What the list of problems tells of one, besides its name, title and symbols. */
export interface About {
  /** The group of problems to which it belongs. */
  readonly family: string;
  /** What a size counts, such as `digits per operand`. */
  readonly size: string;
  /** Where it comes from: a paper, or code. */
  readonly source: string;
  /** An input that shows how it works. */
  readonly example: string;
}

/**
 * An algorithm to learn: its alphabet, random inputs of any size, and the right answer to each.
 *
 * Inputs and targets are strings with one character per symbol and no padding. What a size means is for the problem to
 * say: digits per operand, symbols, terms. Inputs of one size may have different lengths, and so may their targets.
 */
export interface Problem {
  /** Name, which becomes part of file names: a letter, then letters, digits, `-` and `_`, at most 100 characters. */
  readonly name: string;
  /** Description in one line, for `--help`. */
  readonly title: string;
  /**
   * Alphabet: every character that inputs and targets use, once, printable ASCII other than space. A model is bound to
   * their order.
   */
  readonly symbols: string;
  /** Largest size to train on, where the setting `max_size` does not give another one. */
  readonly maxSize: number;
  /**
   * Distributions of inputs by name: functions that draw an input of a size, from 1, with the random numbers given. The
   * first one is called `random`. One called `carry` holds hard inputs, from which a share of the training examples
   * comes.
   */
  readonly suites: Readonly<Record<string, (size: number, random: Random) => string>>;
  /**
   * Computes the right answer.
   *
   * @param input An input.
   * @returns The target.
   * @throws {RangeError} If `input` is not an input of the problem.
   */
  answer(input: string): string;
  /** The operation, where inputs are two numbers with a sign between them; it lets `solve` take models of the problem. */
  readonly arithmetic?: Arithmetic;
  /** How expressions are written, where inputs are others than those of `arithmetic`; it lets `solve` take models of it. */
  readonly notation?: Notation;
  /** What the list of problems tells of it. */
  readonly about?: About;
}

/** What is wrong with the name of a problem, which becomes a part of file names: undefined where nothing is. */
export function complaintAboutName(name: string): string | undefined {
  const fits = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name);
  return fits ? undefined : "its name needs letters, digits, - or _, 100 at most";
}

/** What is wrong with an alphabet: undefined where nothing is. */
export function complaintAboutAlphabet(symbols: string): string | undefined {
  if (symbols.length === 0) return "it has no symbols";
  const repeated = [...symbols].find((c, i) => symbols.indexOf(c) !== i);
  if (repeated !== undefined) return `symbol ${shown(repeated)} stands twice`;
  if (/[^\x21-\x7e]/.test(symbols)) return "symbols must be printable ASCII characters other than space";
}

/** The most symbols of an input or a target of a size: longer ones could never be trained. */
function mostSymbols(size: number): number {
  return 10_000 + 1000 * size;
}

/**
 * What is wrong with an input or a target of a size, which should have symbols of an alphabet alone: undefined where
 * nothing is.
 */
export function complaintAboutText(text: unknown, symbols: string, size: number): string | undefined {
  if (typeof text !== "string" || text === "") return "is empty or not a string";
  const most = mostSymbols(size);
  if (text.length > most) return `has ${figure(text.length)} symbols, expected at most ${figure(most)}`;
  for (let k = 0; k < text.length; k++) {
    if (!symbols.includes(text[k]!)) return `has ${shown(text[k])}, expected one of ${symbols}`;
  }
}

/** The kinds of the parts of a problem. */
export const PROBLEM_PARTS: Kinds<Problem> = {
  name: TEXT,
  title: TEXT,
  symbols: TEXT,
  maxSize: NUMBER,
  suites: OBJECT,
  answer: FUNCTION,
  arithmetic: optional(OBJECT),
  notation: optional(objectOf("radix, form and write", {
    ...{ radix: wholeFrom(2, 10), form: TEXT, write: FUNCTION },
  })),
  about: optional(objectOf("texts for family, size, source and example", {
    ...{ family: TEXT, size: TEXT, source: TEXT, example: TEXT },
  })),
};

/** The operations of a notation. */
export const OPERATORS: readonly string[] = ["+", "-", "*"];

/** The kinds of the parts of a notation. */
export const ARITHMETIC_PARTS: Kinds<Arithmetic> = { operator: oneOf(OPERATORS), radix: wholeFrom(2, 10) };
