/** What a sweep's child process does: it runs a command, ends with its sweep, and tells it how it ended. */
import { isObject, parseObject } from "../checks/is_object.ts";
import { type Command, type End, runCommand } from "../cli/command.ts";
import { writeStderr } from "../cli/output.ts";
import { endWithParent } from "./parent.ts";

/** Runs the command. How it ended is told on standard output, where no full disk and no log is in the way. */
export async function runInSweep(command: Command, args: readonly string[]): Promise<never> {
  endWithParent();
  return await runCommand(command, args, (end) => {
    // On a line of its own: the module of a problem may have written a part of one.
    writeStderr(`\n${JSON.stringify({ end_of_run: end })}\n`, Deno.stdout);
  });
}

/** How the command ended that wrote this; undefined where it did not say so, as one whose process was killed. */
export function endIn(output: string): End | undefined {
  const end = output.split("\n").map((line) => parseObject(line)?.end_of_run).findLast(isObject);
  if (typeof end?.status !== "number") return undefined;
  return { status: end.status, ...(typeof end.error === "string" && { error: end.error }) };
}
