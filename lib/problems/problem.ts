import { figure, shown, UsageError } from "../errors.ts";
import {
  checkOptions,
  FUNCTION,
  type Kinds,
  NUMBER,
  OBJECT,
  oneOf,
  optional,
  TEXT,
  wholeFrom,
} from "../checks/options.ts";
import type { Random } from "../random.ts";

/** Reads and writes a problem of two numbers in ordinary decimal notation, for `solve`. */
export interface Arithmetic {
  /** The sign between the operands: `+` or `*`. */
  readonly operator: string;
  /** The base in which the digits stand, from 2 to 10. */
  readonly radix: number;
}

/**
 * An algorithm to learn: its alphabet, its inputs by size, and the right answer to each.
 *
 * Inputs and targets are strings with one character per symbol and no padding. Numbers stand least significant digit
 * first. All inputs of one size have one length, and so have their targets.
 */
export interface Problem {
  /** A short name: letters, digits, `-` and `_`, 100 at most. */
  readonly name: string;
  /** One line for `--help`. */
  readonly title: string;
  /** Every character that inputs and targets use, once each. Their order fixes the model's symbol numbers. */
  readonly symbols: string;
  /** The largest training size unless `--max-size` says otherwise. */
  readonly maxSize: number;
  /** Generators of inputs by suite name. `random` is always there and comes first. Sizes start at 1. */
  readonly suites: Readonly<Record<string, (size: number, random: Random) => string>>;
  /** The target that belongs to an input. Throws a `RangeError` on an input that is not one of the problem's. */
  answer(input: string): string;
  /** Present where inputs are two numbers and a sign between them. */
  readonly arithmetic?: Arithmetic;
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

/** Symbols at most of an input or a target of a size: what has more would never be trained. */
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

/** What the parts of a problem are. */
export const PROBLEM_PARTS: Kinds<Problem> = {
  name: TEXT,
  title: TEXT,
  symbols: TEXT,
  maxSize: NUMBER,
  suites: OBJECT,
  answer: FUNCTION,
  arithmetic: optional(OBJECT),
};

/** What the parts of a notation are. */
export const ARITHMETIC_PARTS: Kinds<Arithmetic> = { operator: oneOf(["+", "*"]), radix: wholeFrom(2, 10) };

/** Checks a problem's definition and returns it. Throws a `UsageError` that says what is wrong. */
export function defineProblem(problem: Problem): Problem {
  checkOptions("define a problem", problem, PROBLEM_PARTS);
  if (problem.arithmetic !== undefined) {
    checkOptions("define a problem", problem.arithmetic, ARITHMETIC_PARTS);
  }
  const fail = (reason: string) => {
    throw new UsageError(`Cannot define problem ${shown(problem.name)}: ${reason}`, {
      code: "wrong_problem",
      subject: String(problem.name),
    });
  };
  const complaint = complaintAboutName(problem.name) ?? complaintAboutAlphabet(problem.symbols);
  if (complaint) fail(complaint);
  if (!Number.isInteger(problem.maxSize) || problem.maxSize < 1) {
    fail("maxSize must be a whole number of at least 1");
  }
  for (const [suite, draw] of Object.entries(problem.suites)) {
    if (!FUNCTION.is(draw)) fail(`its suite ${suite} must be a function`);
  }
  if (Object.keys(problem.suites)[0] !== "random") fail("its first suite must be `random`");
  return problem;
}
