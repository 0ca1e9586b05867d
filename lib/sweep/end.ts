/** How a child process tells its sweep how it ended: on standard output, where no full disk and no log is in the way. */
import { isObject, parseObject } from "../checks/is_object.ts";

/** How a child process ended. */
export interface End {
  /** Its exit status. */
  readonly status: number;
  /** What went wrong, where something did. */
  readonly error?: string;
}

/** What a child process writes at its end, on a line of its own: others may have written a part of one. */
export function endLine(end: End): string {
  return `\n${JSON.stringify({ end_of_run: end })}\n`;
}

/** How the process ended that wrote this; undefined where it did not say so, as one that was killed. */
export function endIn(output: string): End | undefined {
  const end = output.split("\n").map((line) => parseObject(line)?.end_of_run).findLast(isObject);
  if (typeof end?.status !== "number") return undefined;
  return { status: end.status, ...(typeof end.error === "string" && { error: end.error }) };
}
