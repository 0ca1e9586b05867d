/**
 * What an error is about, in one word:
 *
 * - `wrong_value`: an option or a setting has a value that it cannot have
 * - `unknown_name`: there is no option, setting or command of that name
 * - `missing`: something that is needed was not given
 * - `conflict`: things that were given exclude each other, or do not fit each other
 * - `wrong_file`: the content of a file, or of what a URL answers, is not what was expected
 * - `file_access`: a file cannot be read or written, or a URL does not answer
 * - `exists`: something is there already that is not overwritten
 * - `busy`: another process is using it
 * - `wrong_problem`: the definition of a problem cannot be loaded, or does not do what a problem must
 * - `wrong_cell`: the definition of a cell cannot be loaded
 * - `too_large`: it does not fit in memory
 * - `backend`: the backend cannot start, or has failed
 * - `diverged`: the training arrived at numbers that are not finite
 * - `process`: another program cannot be started, or has failed
 */
export type ErrorCode =
  | "wrong_value"
  | "unknown_name"
  | "missing"
  | "conflict"
  | "wrong_file"
  | "file_access"
  | "exists"
  | "busy"
  | "wrong_problem"
  | "wrong_cell"
  | "too_large"
  | "backend"
  | "diverged"
  | "process";

/** An option, named in a sentence: `max_size` for callers of the library, and `--max-size` on the command line. */
export interface OptionName {
  /** Its name in the library. */
  readonly option: string;
}

/** A message in parts: the command line names options in another way than the library. */
export type Sentence = string | readonly (string | OptionName)[];

/** What an error is about, besides its message. */
export interface ErrorDetails {
  /** What kind of error it is. */
  readonly code: ErrorCode;
  /** What it is about: an option or a setting by its name in the library, or a file, a URL or a module. */
  readonly subject?: string | undefined;
  /** The value that was refused, as the message shows it. */
  readonly given?: string | undefined;
  /** What would have been accepted, in words. */
  readonly expected?: Sentence | undefined;
}

/** An error that is no bug: its message is one line, made for people, and its other properties are for programs. */
export abstract class ToolkitError extends Error {
  /** What kind of error it is. */
  readonly code: ErrorCode;
  /** What it is about: an option or a setting by its name in the library, or a file, a URL or a module. */
  readonly subject: string | undefined;
  /** The value that was refused, as the message shows it. */
  readonly given: string | undefined;
  /** What would have been accepted, in words. */
  readonly expected: string | undefined;
  /** The message in parts. */
  readonly sentence: Sentence;

  /** Makes an error with that message. */
  constructor(sentence: Sentence, { code, subject, given, expected }: ErrorDetails, options?: ErrorOptions) {
    super(tell(sentence), options);
    this.code = code;
    this.subject = subject;
    this.given = given;
    this.expected = expected && tell(expected);
    this.sentence = sentence;
  }
}

/**
 * An option, or an argument of the command line, is wrong: exit status 2.
 *
 * @example Usage
 * ```ts
 * import { train, UsageError } from "@neural-gpu/neural-gpu";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const error = await assertRejects(() => train({ configuration: { max_size: 0 } }), UsageError);
 * assertEquals(error.code, "wrong_value");
 * assertEquals(error.subject, "max_size");
 * assertEquals(error.given, "0");
 * assertEquals(error.expected, "a whole number from 1 to 100000");
 * assertEquals(error.message, "Cannot train with max_size 0: expected a whole number from 1 to 100000");
 * ```
 */
export class UsageError extends ToolkitError {
  /** Names the error in a stack trace. */
  override readonly name = "UsageError";
}

/**
 * What was asked cannot be done with the files, data or machine at hand: exit status 1.
 *
 * @example Usage
 * ```ts
 * import { loadModel, RunError } from "@neural-gpu/neural-gpu";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const error = await assertRejects(() => loadModel("deno.json"), RunError);
 * assertEquals([error.code, error.subject], ["wrong_file", "deno.json"]);
 * ```
 */
export class RunError extends ToolkitError {
  /** Names the error in a stack trace. */
  override readonly name = "RunError";
}

/** Names an option in a sentence. */
export function option(name: string): OptionName {
  return { option: name };
}

/** Tags a template of a sentence in which options are named by {@linkcode option}. */
export function say(
  texts: TemplateStringsArray,
  ...values: readonly (Sentence | OptionName | number)[]
): Sentence {
  return texts.flatMap((text, i) => i === 0 ? [text] : [...partsOf(values[i - 1]!), text]);
}

function partsOf(value: Sentence | OptionName | number): readonly (string | OptionName)[] {
  if (Array.isArray(value)) return value;
  return [typeof value === "object" ? value as OptionName : String(value)];
}

/** A sentence as a text; `nameOf` says what options are called in it. */
export function tell(sentence: Sentence, nameOf: (option: string) => string = (name) => name): string {
  if (typeof sentence === "string") return sentence;
  return sentence.map((part) => typeof part === "string" ? part : nameOf(part.option)).join("");
}

/** The error where an option or a setting has a value that it cannot have; `given` as the message shows it. */
export function wrongValue(subject: string, given: string, expected: Sentence): UsageError {
  return new UsageError(say`Cannot use ${option(subject)} ${given}: expected ${expected}`, {
    code: "wrong_value",
    subject,
    given,
    expected,
  });
}

/** The error where the content of a file is not what was expected. */
export function wrongFile(path: string, reason: Sentence, expected?: Sentence): RunError {
  const rest = expected === undefined ? "" : say`, expected ${expected}`;
  return new RunError(say`Cannot read ${path}: ${reason}${rest}`, {
    code: "wrong_file",
    subject: path,
    expected,
  });
}

/** The error where a file cannot be read, written or otherwise used. */
export function fileFailure(action: string, path: string, reason: string, options?: ErrorOptions): RunError {
  return new RunError(`Cannot ${action} ${path}: ${reason}`, { code: "file_access", subject: path }, options);
}

/** An error as it is sent to another thread or process. */
export interface SentError extends ErrorDetails {
  /** Its class. */
  readonly usage: boolean;
  /** Its message. */
  readonly sentence: Sentence;
}

/** An error in the form in which it is sent; undefined for an error that is a bug. */
export function sentError(thrown: unknown): SentError | undefined {
  if (!(thrown instanceof ToolkitError)) return undefined;
  const { code, subject, given, expected, sentence } = thrown;
  return { usage: thrown instanceof UsageError, code, subject, given, expected, sentence };
}

/** The error from the form in which it was sent. */
export function receivedError({ usage, sentence, ...data }: SentError): ToolkitError {
  return new (usage ? UsageError : RunError)(sentence, data);
}

/** The sentence of anything that was thrown. */
export function sentenceOf(thrown: unknown): Sentence {
  return thrown instanceof ToolkitError ? thrown.sentence : messageOf(thrown);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return `a value of type ${typeof thrown}`; // reading its message throws
  }
}

/**
 * A value from a file, as a message shows it: JSON in printable ASCII, at most `most` characters of it. A string is in
 * quotes, so that nobody takes its words for those of the message.
 */
export function shown(value: unknown, most = 60): string {
  const whole = typeof value === "string" ? value : jsonOf(value);
  const cut = whole.length > most ? whole.slice(0, most) + "…" : whole;
  const text = typeof value === "string" ? JSON.stringify(cut) : cut;
  return text.replace(/[^\x20-\x7e…]/g, escaped);
}

/** A value as it was typed, in quotes where it is long or has unusual characters. */
export function asTyped(text: string): string {
  return /^[\x21-\x7e]{1,60}$/.test(text) ? text : shown(text);
}

/** A large number for a message, with commas. */
export function figure(count: number): string {
  return count.toLocaleString("en-US");
}

function jsonOf(value: unknown): string {
  try {
    const plain = JSON.stringify(value) ?? String(value);
    if (!plain.includes("null")) return plain;
    const text = JSON.stringify(value, (_key, part) => isOdd(part) ? `\0${part}` : part);
    return text.replace(/"\\u0000(NaN|-?Infinity)"/g, "$1");
  } catch {
    return `a value of type ${typeof value}`; // a big integer, a circular structure, or an object whose getters throw
  }
}

/** Whether JSON cannot represent a number and would show null. */
function isOdd(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

/** Characters that move a terminal's cursor, end a line or change the direction of the text. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text as one line that a terminal shows as it is, at most `most` characters of it. */
export function printable(text: string, most = 1000): string {
  const line = text.replace(CONTROLS, escaped);
  return line.length > most ? line.slice(0, most) + "…" : line;
}

function escaped(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}
