/** What the process that runs the cases tells the one that watches it: lines of JSON among what commands print. */
import type { Announced, Verdict } from "./judge.ts";

/** A case begins or ends, or the process has grown. */
export type News =
  | { readonly begun: Announced }
  | { readonly ended: Verdict }
  | { readonly bytes: number };

/** What stands before each of them, and in no output of a command. */
const MARK = "\x1e";

/** Tells. */
export function tell(news: News): void {
  const bytes = new TextEncoder().encode(`\n${MARK}${JSON.stringify(news)}\n`);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

/** What is told in a line, if anything. */
export function newsIn(line: string): News | undefined {
  return line.startsWith(MARK) ? JSON.parse(line.slice(MARK.length)) : undefined;
}
