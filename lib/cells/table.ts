import type { Cell } from "./cell.ts";
import { cgru } from "./cgru.ts";
import { compile, type CompiledCell } from "./compile.ts";
import { diagonal } from "./diagonal.ts";

/** The name of a cell that comes with the toolkit, see `diagonal.ts` and `cgru.ts`. */
export type CellKind = "diagonal" | "cgru";

const compiled = new Map<string, CompiledCell>();

/** The data of the cell with that name, or that cell itself. */
export function cellNamed(cell: CellKind | Cell, cutoff: number): Cell {
  if (typeof cell !== "string") return cell;
  return cell === "diagonal" ? diagonal : cgru(cutoff);
}

/** The compiled cell of a recurrence, made once for each. */
export function cellOf(spec: { readonly cell: CellKind | Cell; readonly gate_cutoff: number }): CompiledCell {
  const cell = cellNamed(spec.cell, spec.gate_cutoff);
  const text = JSON.stringify(cell);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = compile(cell, `${cell.name}-${compiled.size}`);
  compiled.set(text, made);
  return made;
}
