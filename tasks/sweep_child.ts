/**
 * The main module of the processes in which `sweep` trains its runs: the `train` command, which also tells `sweep` how
 * it ended.
 * @module
 */
import { runCommand } from "../lib/cli/command.ts";
import { writeStderr } from "../lib/cli/output.ts";
import { endLine } from "../lib/sweep/end.ts";
import { endWithParent } from "../lib/sweep/parent.ts";
import { command } from "./train.ts";

/** What Deno runs as this process: this module, or, in a bundle, the part of it with this name. */
export const CHILD: readonly string[] = [import.meta.url, "sweep:train"];

if (import.meta.main) await main(Deno.args.slice(1));

/** Trains, as `train` with these arguments does. */
export async function main(args: readonly string[]): Promise<never> {
  endWithParent();
  return await runCommand(command, args, (end) => writeStderr(endLine(end), Deno.stdout));
}
