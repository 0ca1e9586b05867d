import { messageOf, option, say, shown, UsageError } from "../errors.ts";
import type { Cell } from "./cell.ts";
import { checkedCell } from "./check.ts";
import { cgru } from "./cgru.ts";
import { compile, type CompiledCell } from "./compile.ts";
import { diagonal } from "./diagonal.ts";

/** The name of a cell that comes with the toolkit, see `diagonal.ts` and `cgru.ts`. */
export type CellKind = "diagonal" | "cgru";

/** The names of these cells. */
export const CELL_KINDS: readonly CellKind[] = ["diagonal", "cgru"];

/**
 * The cells that come with the toolkit, by name, as data: what cells of one's own can start from. `cgru` is that of the
 * paper, whose gates are cut off by 0.1.
 *
 * @example Usage
 * ```ts
 * import { cells, defineCell } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const still = defineCell({ ...cells.diagonal, name: "still", next: "c + g * (s - c)" });
 * assertEquals(still.formulas, cells.diagonal.formulas);
 * ```
 */
export const cells: Readonly<Record<CellKind, Cell>> = { diagonal, cgru: cgru(0.1) };

/** What tells which cell a recurrence has. */
export interface CellChoice {
  /** The name of a cell that comes with the toolkit, or another cell. */
  readonly cell: CellKind | Cell;
  /** The cut-off of the gates of `cgru`. */
  readonly gate_cutoff: number;
}

const named = new Map<string, CompiledCell>();
const others = new WeakMap<Cell, CompiledCell>();
const byText = new Map<string, CompiledCell>();

/** The compiled cell of a recurrence. Cells with the same data are checked and compiled once. */
export function cellOf({ cell, gate_cutoff }: CellChoice): CompiledCell {
  if (cell === "diagonal") return once(named, cell, () => ofData(diagonal));
  if (cell === "cgru") return once(named, `${cell} ${gate_cutoff}`, () => ofData(cgru(gate_cutoff)));
  return once(others, cell, () => ofUnchecked(cell));
}

/** What is wrong with the data of a cell; undefined where nothing is. */
export function complaintAboutCell(cell: unknown): string | undefined {
  try {
    ofData(checkedCell(cell));
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function ofUnchecked(cell: Cell): CompiledCell {
  try {
    return ofData(checkedCell(cell));
  } catch (thrown) {
    const name = shown(cell?.name ?? cell);
    throw new UsageError(say`Cannot use ${option("cell")} ${name}: ${messageOf(thrown)}`, {
      code: "wrong_value",
      subject: "cell",
      given: name,
    });
  }
}

function ofData(cell: Cell): CompiledCell {
  return once(byText, JSON.stringify(cell), () => compile(cell, `${cell.name}-${byText.size}`));
}

function once<Key>(
  made: { get(key: Key): CompiledCell | undefined; set(key: Key, value: CompiledCell): unknown },
  key: Key,
  make: () => CompiledCell,
): CompiledCell {
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}
