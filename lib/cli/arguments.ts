/**
 * Command lines, read strictly: what is not understood is refused, never skipped or guessed at.
 * Values stay strings until a helper below turns them into what is wanted.
 * @module
 */
import { UsageError } from "../errors.ts";

/** One flag of a command. */
export interface Flag {
  /** Its name without the two hyphens. */
  readonly name: string;
  /** What stands for its value in the help text, such as `N`; absent for a switch. */
  readonly value?: string;
  /** What it does, for the help text. */
  readonly help: string;
  /** Its value when it is not given. */
  readonly default?: string;
}

/** A command line that was understood. */
export class ParsedArguments {
  readonly #given: ReadonlyMap<string, string>;
  readonly #defaults: ReadonlyMap<string, string>;
  /** The arguments that are neither flags nor their values. */
  readonly operands: readonly string[];

  /** Of the flags that were given (a switch as the empty string), the table of all flags, and the operands. */
  constructor(given: ReadonlyMap<string, string>, flags: readonly Flag[], operands: readonly string[]) {
    this.#given = given;
    this.#defaults = new Map(
      flags.flatMap((flag) => flag.default === undefined ? [] : [[flag.name, flag.default]]),
    );
    this.operands = operands;
  }

  /** Whether a flag or switch was given. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** A flag's value as given, else its default, else undefined. */
  text(name: string): string | undefined {
    return this.#given.get(name) ?? this.#defaults.get(name);
  }
}

/**
 * Reads `--name value`, `--name=value`, switches, and up to `mostOperands` other arguments.
 * A value may start with one hyphen, as in `--offset -3`, and with two after `=`. After `--` no flag is looked for.
 * Underscores in names count as hyphens.
 */
export function parseArguments(
  args: readonly string[],
  flags: readonly Flag[],
  mostOperands = 0,
): ParsedArguments {
  const given = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!/^--|^-[a-z]/i.test(arg)) {
      operands.push(arg);
      continue;
    }
    const [written, inline] = splitOnce(arg, "=");
    const name = written.replace(/^--/, "").replaceAll("_", "-");
    const flag = flags.find((flag) => flag.name === name);
    if (!flag) throw unknownFlag(written, flags);
    if (given.has(name)) throw refuse(name, undefined, "it only once");
    if (flag.value === undefined) {
      if (inline !== undefined) throw refuse(name, inline, "no value");
      given.set(name, "");
    } else {
      const following = args[i + 1];
      const value = inline ?? (following?.startsWith("--") ? undefined : args[++i]);
      if (!value) throw refuse(name, value, `a value, as in --${name} ${flag.value}`);
      given.set(name, value);
    }
  }
  const extra = operands[mostOperands];
  if (extra !== undefined) {
    const expected = mostOperands === 0 ? "flags only" : `at most ${mostOperands} besides flags`;
    throw new UsageError(`Cannot use argument ${shown(extra)}: expected ${expected}`);
  }
  return new ParsedArguments(given, flags, operands);
}

/** A whole number in decimal digits, from `min` to `max`. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  return wholeWithin(text, min, max) ?? fail(flag, text, `a whole number ${bounds(min, max)}`);
}

/** A decimal number such as 0.005 or 5e-3, from `min` to `max`. */
export function realNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) && value >= min && value <= max
    ? value
    : fail(flag, text, `a number ${bounds(min, max)}`);
}

/** One of a few words. */
export function oneOf<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  return choices.find((choice) => choice === text) ?? fail(flag, text, `one of ${choices.join(", ")}`);
}

/** Whole numbers between commas: `20,40,100`. */
export function numberList(flag: string, text: string, min: number, max: number): number[] {
  return text.split(",").map((part) =>
    wholeWithin(part, min, max) ?? fail(flag, text, `whole numbers ${bounds(min, max)} between commas`)
  );
}

/** `A` or `A..B`: the first and the last whole number of a range. */
export function range(flag: string, text: string, min: number, max: number): [first: number, last: number] {
  const [from, to] = splitOnce(text, "..");
  const first = wholeWithin(from, min, max);
  const last = wholeWithin(to ?? from, min, max);
  if (first === undefined || last === undefined || first > last) {
    return fail(flag, text, `A or A..B with whole numbers ${bounds(min, max)}`);
  }
  return [first, last];
}

/** A seed: a whole number that a double holds exactly. */
export function seed(flag: string, text: string): number {
  return wholeNumber(flag, text, 0, Number.MAX_SAFE_INTEGER);
}

function wholeWithin(text: string, min: number, max: number): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) + 0 : NaN; // + 0 makes 0 of -0
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
}

function bounds(min: number, max: number): string {
  return max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
}

function fail(flag: string, text: string, expected: string): never {
  throw refuse(flag, text, expected);
}

function refuse(flag: string, value: string | undefined, expected: string): UsageError {
  return new UsageError(`Cannot use --${flag}${value ? ` ${shown(value)}` : ""}: expected ${expected}`);
}

/** A value as it was typed, in quotes where spaces or unusual characters would blur the message. */
function shown(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : JSON.stringify(text);
}

function splitOnce(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function unknownFlag(written: string, flags: readonly Flag[]): UsageError {
  const candidates = flags
    .map(({ name }) => ({ name, distance: editDistance(`--${name}`, written.replaceAll("_", "-")) }))
    .sort((a, b) => a.distance - b.distance);
  const nearest = candidates[0];
  const hint = nearest && nearest.distance <= Math.max(2, nearest.name.length / 3)
    ? `did you mean --${nearest.name}`
    : "--help lists them all";
  return new UsageError(`Cannot use ${shown(written)}: no such flag, ${hint}`);
}

/** How many characters must be put in, taken out or replaced to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
