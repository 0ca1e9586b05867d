import { loadCell } from "../cells/load.ts";
import type { ParsedArguments } from "./arguments.ts";

/**
 * The command line with the data of the cell in place of its module, which is loaded here and nowhere else: what is made
 * of a command line, such as a run's directory, then contains the cell, and no file names a module to run.
 */
export async function withCell(args: ParsedArguments): Promise<ParsedArguments> {
  if (!args.has("cell")) return args;
  const cell = await loadCell(args.text("cell")!);
  return typeof cell === "string" ? args : args.with("cell", JSON.stringify(cell));
}
