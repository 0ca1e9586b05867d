/**
 * Reads command lines strictly: what is not understood is refused, never skipped or guessed.
 * Values stay strings until one of the functions below converts them.
 * @module
 */
import { parseDecimal } from "../checks/decimal.ts";
import { parseArgs, sumOf } from "../deps.ts";
import { asTyped, type ErrorCode, option, say, type Sentence, UsageError, wrongValue } from "../errors.ts";
import { nearest } from "../checks/nearest.ts";
import { MOST_WORKERS, type WorkerCount } from "../engine/workers/pool.ts";

/** One flag of a command. */
export interface Flag {
  /** Its name without the two hyphens. */
  readonly name: string;
  /** The name of its value in the help text, such as `N`; absent for a switch. */
  readonly value?: string;
  /** What it does, for the help text. */
  readonly help: string;
  /** Its value when it is not given. */
  readonly default?: string;
  /** Where that value comes from, for the help text. */
  readonly source?: string;
  /** Whether it may be given several times. */
  readonly repeats?: true;
  /** Former names. The error about one of them tells the present name. */
  readonly formerly?: readonly string[];
  /** The title under which the help text shows it; absent for those that need none. */
  readonly group?: string;
}

/** Flags under a title of the help text. */
export function inGroup(group: string, flags: readonly Flag[]): Flag[] {
  return flags.map((flag) => ({ ...flag, group }));
}

/** A command line that was read. */
export class ParsedArguments {
  readonly #given: ReadonlyMap<string, readonly string[]>;
  #defaults: ReadonlyMap<string, string>;
  /** The arguments that are neither flags nor their values. */
  readonly operands: readonly string[];

  /**
   * Takes the values of the flags that were given (of a switch the empty string), the table of all flags, and the
   * operands.
   */
  constructor(
    given: ReadonlyMap<string, readonly string[]>,
    flags: readonly Flag[],
    operands: readonly string[],
  ) {
    this.#given = given;
    this.#defaults = new Map(
      flags.flatMap((flag) => flag.default === undefined ? [] : [[flag.name, flag.default]]),
    );
    this.operands = operands;
  }

  /** The same command line with another value of a flag. */
  with(name: string, value: string): ParsedArguments {
    const changed = new ParsedArguments(new Map([...this.#given, [name, [value]]]), [], this.operands);
    changed.#defaults = this.#defaults;
    return changed;
  }

  /** Whether a flag or switch was given. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** The value of a flag: as given, otherwise its default, otherwise undefined. */
  text(name: string): string | undefined {
    return this.#given.get(name)?.[0] ?? this.#defaults.get(name);
  }

  /** All values that a flag was given, in their order. */
  texts(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }
}

/**
 * Reads `--name value`, `--name=value`, switches, and up to `mostOperands` other arguments. A value that starts with a
 * hyphen and is no number must follow `=`, as in `--name=-x`. Where other arguments are allowed, one that starts like a
 * negative number is not a flag. After `--` nothing is a flag. Underscores in names count as hyphens.
 */
export function parseArguments(
  args: readonly string[],
  flags: readonly Flag[],
  mostOperands = 0,
): ParsedArguments {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [valued, switches] = [true, false].map((takesValue) =>
    flags.filter(({ value }) => (value !== undefined) === takesValue).map(({ name }) => name)
  ) as [string[], string[]];
  const { flagged, others } = separate(args.slice(0, end), flags, mostOperands > 0);
  const { _: operands, ...found } = parseArgs(
    [...flagged, "--", ...others, ...args.slice(end + 1)],
    { string: [...valued, "_"], boolean: switches, collect: [...valued, ...switches] },
  );
  const given = new Map<string, string[]>();
  for (const { name, value, repeats } of flags) {
    const values = found[name] as (string | true)[];
    if (values.length > 1 && !repeats) throw refuse(name, undefined, "it only once");
    if (values.includes("")) throw refuse(name, undefined, say`a value, as in ${option(name)} ${value!}`);
    if (values.length > 0) given.set(name, values.map((value) => value === true ? "" : value));
  }
  const extra = operands[mostOperands];
  if (extra !== undefined) {
    const expected = mostOperands === 0 ? "flags only" : `at most ${mostOperands} besides flags`;
    throw new UsageError(`Cannot use argument ${asTyped(extra)}: expected ${expected}`, {
      code: "wrong_value",
      given: asTyped(extra),
      expected,
    });
  }
  return new ParsedArguments(given, flags, operands);
}

/**
 * The flags, each joined with its value as in `--offset=-3`, and the other arguments: std would read `--offset -3` as
 * two flags.
 */
function separate(
  args: readonly string[],
  flags: readonly Flag[],
  takesOthers: boolean,
): { flagged: string[]; others: string[] } {
  const flagged: string[] = [];
  const others: string[] = [];
  for (const [i, arg] of args.entries()) {
    const isNumber = /^-\s*[\d.]/.test(arg);
    const isFlag = !isNumber && /^-./.test(arg);
    if (!isFlag && flagNamed(args[i - 1] ?? "", flags)?.value) flagged.push(`${flagged.pop()}=${arg}`);
    else if (isFlag || isNumber && !takesOthers) flagged.push(checkFlag(arg, flags));
    else others.push(arg);
  }
  return { flagged, others };
}

function flagNamed(written: string, flags: readonly Flag[]): Flag | undefined {
  const hyphened = written === "-h" ? "--help" : written.replaceAll("_", "-");
  return flags.find(({ name }) => `--${name}` === hyphened);
}

/**
 * The flag in a form that std cannot read in another way. It would read `--json=no` and `--json true` as `--json`, and
 * `--no-size=3` as `--size=3`.
 */
function checkFlag(arg: string, flags: readonly Flag[]): string {
  const [written, inline] = splitOnce(arg, "=");
  const flag = flagNamed(written, flags);
  if (flag === undefined) throw unknownFlag(written, flags);
  if (flag.value === undefined) {
    if (inline !== undefined) throw refuse(flag.name, inline, "no value");
    return `--${flag.name}=true`;
  }
  return inline === undefined ? `--${flag.name}` : `--${flag.name}=${inline}`;
}

/** A whole number in decimal digits, from `min` to `max`. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  return wholeWithin(text, min, max) ?? fail(flag, text, `a whole number ${bounds(min, max)}`);
}

/** A decimal number such as 0.005 or 5e-3, from `min` to `max`. */
export function realNumber(flag: string, text: string, min: number, max: number): number {
  const value = parseDecimal(text);
  return Number.isFinite(value) && value >= min && value <= max
    ? value
    : fail(flag, text, `a number ${bounds(min, max)}`);
}

/** One of a few words. */
export function oneOf<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  return choices.find((choice) => choice === text) ?? fail(flag, text, `one of ${choices.join(", ")}`);
}

/** The most numbers of a list: a longer range is a slip. */
const MOST_LISTED = 100_000;

/** Whole numbers and ranges of them between commas, such as `20`, `20,40,100`, `1..5` or `1..5,10`; each once. */
export function numberList(flag: string, text: string, min: number, max: number): number[] {
  const ranges = text.split(",").map((part) =>
    range(part, min, max) ?? fail(flag, text, `N, N,N or A..B with whole numbers ${bounds(min, max)}`)
  );
  if (sumOf(ranges, ([first, last]) => last - first + 1) > MOST_LISTED) {
    fail(flag, text, `at most ${MOST_LISTED} numbers`);
  }
  const listed = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
  );
  return [...new Set(listed)];
}

/** The first and the last number of `A..B`, or of `A` alone; undefined where the text is neither. */
function range(text: string, min: number, max: number): [first: number, last: number] | undefined {
  const [from, to = from] = splitOnce(text, "..");
  const [first, last] = [from, to].map((end) => wholeWithin(end, min, max));
  return first === undefined || last === undefined || first > last ? undefined : [first, last];
}

/** The path of a file to write, where one is given. `-` is refused, because nobody means a file of that name. */
export function outputFile(args: ParsedArguments, flag: string): string | undefined {
  const path = args.text(flag);
  return path === "-" ? fail(flag, path, say`the path of a file, or no ${option(flag)}`) : path;
}

/** A seed: a whole number that a double represents exactly. */
export function seed(flag: string, text: string): number {
  return wholeNumber(flag, text, 0, Number.MAX_SAFE_INTEGER);
}

/** The flag that says how many threads compute. */
export const workersFlag: Flag = {
  name: "workers",
  value: "N",
  help: "Threads to compute with: a number, or auto for one per core, at most 4; on webgpu one",
  default: "auto",
};

/** A number of threads, or `auto`. */
export function workerCount(text: string): WorkerCount {
  if (text === "auto") return text;
  return wholeWithin(text, 1, MOST_WORKERS) ??
    fail("workers", text, `auto or a whole number ${bounds(1, MOST_WORKERS)}`);
}

function wholeWithin(text: string, min: number, max: number): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) + 0 : NaN; // + 0 makes 0 of -0
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
}

function bounds(min: number, max: number): string {
  return max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
}

function fail(flag: string, text: string, expected: Sentence): never {
  throw refuse(flag, text, expected);
}

function refuse(flag: string, value: string | undefined, expected: Sentence): UsageError {
  const subject = flag.replaceAll("-", "_");
  if (value) return wrongValue(subject, asTyped(value), expected);
  return new UsageError(say`Cannot use ${option(subject)}: expected ${expected}`, {
    code: "wrong_value",
    subject,
    expected,
  });
}

/** The error where two flags exclude each other, with the reason where one is given. */
export function exclusive(flag: string, other: string, why?: string): UsageError {
  const expected = `one of them${why === undefined ? "" : `, as ${why}`}`;
  return combination(`Cannot use --${flag} with --${other}`, "conflict", flag, expected);
}

/** The error where a flag needs another one; `other` may hold the value that is needed. */
export function incomplete(flag: string, other: string): UsageError {
  return combination(`Cannot use --${flag} without --${other}`, "missing", other.split(" ")[0]!, "both");
}

function combination(message: string, code: ErrorCode, flag: string, expected: string): UsageError {
  const subject = flag.replaceAll("-", "_");
  return new UsageError(`${message}: expected ${expected}`, { code, subject, expected });
}

function splitOnce(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function unknownFlag(written: string, flags: readonly Flag[]): UsageError {
  const hyphened = written.replaceAll("_", "-");
  const renamed = flags.find(({ formerly }) => formerly?.some((name) => `--${name}` === hyphened));
  if (renamed !== undefined) {
    return new UsageError(`Cannot use ${asTyped(written)}: its name is now --${renamed.name}`, {
      code: "unknown_name",
      subject: written,
      expected: `--${renamed.name}`,
    });
  }
  const near = nearest(written, flags.map(({ name }) => `--${name}`));
  const hint = near === undefined ? "--help lists them all" : `did you mean ${near}`;
  return new UsageError(`Cannot use ${asTyped(written)}: no such flag, ${hint}`, {
    code: "unknown_name",
    subject: written,
    expected: near,
  });
}
