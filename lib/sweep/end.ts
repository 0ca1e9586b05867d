/**
 * Messages by which a child process tells its sweep how it ended, on standard output: a log may be incomplete on a full
 * disk.
 */
import { isObject, parseObject } from "../checks/is_object.ts";

/** How a child process ended. */
export interface End {
  /** Its exit status. */
  readonly status: number;
  /** What went wrong, where something did. */
  readonly error?: string;
}

/** The text that a child process writes at its end. It begins a new line, because the line before may be incomplete. */
export function endLine(end: End): string {
  return `\n${JSON.stringify({ end_of_run: end })}\n`;
}

/** The end of the process that wrote this output; undefined where it did not tell it, for example because it was killed. */
export function endIn(output: string): End | undefined {
  const end = output.split("\n").map((line) => parseObject(line)?.end_of_run).findLast(isObject);
  if (typeof end?.status !== "number") return undefined;
  return { status: end.status, ...(typeof end.error === "string" && { error: end.error }) };
}
