/** The command line or an argument is wrong: exit status 2. The message is one line. */
export class UsageError extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "UsageError";
}

/** What was asked cannot be done with the files, data or machine at hand: exit status 1. The message is one line. */
export class RunError extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "RunError";
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return `a value of type ${typeof thrown}`; // it throws itself when it is looked at
  }
}

/**
 * A value that comes from a file, for a message: as JSON in printable ASCII, at most `most` characters of it. A string
 * stands in quotes, so that nobody takes what it says for the message's own words.
 */
export function shown(value: unknown, most = 60): string {
  const whole = typeof value === "string" ? value : jsonOf(value);
  const cut = whole.length > most ? whole.slice(0, most) + "…" : whole;
  const text = typeof value === "string" ? JSON.stringify(cut) : cut;
  return text.replace(/[^\x20-\x7e…]/g, escaped);
}

/** A value as it was typed, in quotes where its length or unusual characters would blur the message. */
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
    return `a value of type ${typeof value}`; // a big integer, a circle, or what throws when it is looked at
  }
}

/** Whether JSON has no such number, and would show null. */
function isOdd(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

/** What would move a terminal's cursor, end a line or turn the direction of the text. */
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
