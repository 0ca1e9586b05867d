/** The main module of a sweep's child processes: the `train` command, which ends when its sweep is no more. */
import { command } from "../../tasks/train.ts";
import { runCommand } from "../cli/command.ts";

/** Where this module is. */
export const CHILD_MODULE: string = import.meta.url;

if (import.meta.main) {
  endWithParent();
  await runCommand(command, Deno.args);
}

/**
 * The sweep holds the other end of standard input and never writes to it. Where it was killed, a child that went on
 * would write to the same files as the one that the next sweep starts.
 */
async function endWithParent(): Promise<never> {
  await Deno.stdin.read(new Uint8Array(1));
  Deno.exit(1);
}
