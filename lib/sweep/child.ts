/** The main module of a sweep's child processes: the `train` command, which ends when its sweep is no more. */
import { command } from "../../tasks/train.ts";
import { runCommand } from "../cli/command.ts";
import { endWithParent } from "./parent.ts";

/** Where this module is. */
export const CHILD_MODULE: string = import.meta.url;

if (import.meta.main) {
  endWithParent();
  await runCommand(command, Deno.args);
}
