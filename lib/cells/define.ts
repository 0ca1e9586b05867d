import { reading } from "../checks/options.ts";
import type { Cell } from "./cell.ts";
import { cellOf } from "./table.ts";

/**
 * Checks a cell of one's own: its names, its formulas, and that they have a gradient on every backend. It can then be
 * trained, as `cell` of `train` and of its command line, and models with it can be opened anywhere, because their files
 * contain it.
 *
 * @param cell The cell: filter banks with what each convolves, and the formulas between them.
 * @returns A copy that does not change.
 * @throws {UsageError} If something is wrong with the cell.
 *
 * @example A cell without a reset gate
 * ```ts
 * import { defineCell } from "@neural-gpu/neural-gpu";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const cell = defineCell({
 *   name: "minimal",
 *   frame: "diagonal",
 *   banks: {
 *     gate: { convolves: "s", bias: 0.7 },
 *     candidate: { convolves: "s", bias: 0 },
 *   },
 *   formulas: {
 *     g: "clamp(0.5 * gate + 0.5, 0, 1)",
 *     c: "drop(clamp(candidate, -1, 1))",
 *   },
 *   next: "c + g * (shift(s) - c)",
 * });
 *
 * assertEquals(Object.keys(cell.banks), ["gate", "candidate"]);
 * assertThrows(() => defineCell({ ...cell, next: "c + h" }), Error, 'there is no bank or formula "h"');
 * ```
 */
export function defineCell(cell: Cell): Cell {
  return reading("define a cell", () => cellOf({ cell, gate_cutoff: 0 }).cell);
}
