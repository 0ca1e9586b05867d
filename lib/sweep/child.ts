/** The main module of a sweep's child processes: the `train` command, which ends when its sweep is no more. */
import { command } from "../../tasks/train.ts";
import { runCommand } from "../cli/command.ts";
import { endWithParent } from "./parent.ts";

/** What Deno runs as this process: this module, or, in a bundle, the part of it with this name. */
export const CHILD: readonly string[] = [import.meta.url, "sweep:train"];

if (import.meta.main) await main(Deno.args.slice(1));

/** Trains, as `train` with these arguments does. */
export async function main(args: readonly string[]): Promise<never> {
  endWithParent();
  return await runCommand(command, args);
}
