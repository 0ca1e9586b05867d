import { messageOf, RunError, wrongValue } from "../errors.ts";
import { defaultExport, isModule, PATIENCE } from "../io/load_module.ts";
import type { Cell } from "./cell.ts";
import { defineCell } from "./define.ts";
import { CELL_KINDS, type CellKind, complaintAboutCell } from "./table.ts";

/**
 * The cell that a text names: one that comes with the toolkit, or the default export of the module at that path (from
 * the current directory) or URL. The text may also be the data of a cell, as JSON.
 */
export async function loadCell(
  text: string,
  loadModule: (path: string) => Promise<Cell> = cellOfModule,
): Promise<CellKind | Cell> {
  const known = CELL_KINDS.find((kind) => kind === text);
  if (known !== undefined) return known;
  if (text.startsWith("{")) return defineCell(parsed(text));
  if (!isModule(text)) throw wrongValue("cell", JSON.stringify(text), WORDS);
  return await loadModule(text);
}

async function cellOfModule(path: string): Promise<Cell> {
  try {
    const exported = await defaultExport(path, PATIENCE);
    if (exported === undefined) {
      throw new TypeError("it has no default export, expected `export default defineCell(…)`");
    }
    const complaint = complaintAboutCell(exported);
    if (complaint !== undefined) throw new TypeError(`its default export is no cell: ${complaint}`);
    return defineCell(exported as Cell);
  } catch (thrown) {
    const reason = (messageOf(thrown).split("\n")[0] ?? "").replace(/\.$/, "");
    throw new RunError(`Cannot load cell ${path}: ${reason}`, { code: "wrong_cell", subject: path });
  }
}

const WORDS = `${CELL_KINDS.join(", ")} or the path of a module such as ./mine.ts`;

function parsed(text: string): Cell {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongValue("cell", text.slice(0, 60), WORDS);
  }
}
