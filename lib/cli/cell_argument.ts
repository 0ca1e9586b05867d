import { loadCell } from "../cells/load.ts";
import type { Cell } from "../cells/cell.ts";
import type { ParsedArguments } from "./arguments.ts";

/**
 * The command line with the data of the cell in place of its module, which is loaded here and nowhere else, by
 * `loadModule` where that is given: what is made of a command line, such as a run's directory, then contains the cell, and
 * no file names a module to run.
 */
export async function withCell(
  args: ParsedArguments,
  loadModule?: (path: string) => Promise<Cell>,
): Promise<ParsedArguments> {
  if (!args.has("cell")) return args;
  const cell = await loadCell(args.text("cell")!, loadModule);
  return typeof cell === "string" ? args : args.with("cell", JSON.stringify(cell));
}
