import { shown } from "../errors.ts";
import type { Cell } from "./cell.ts";
import type { CellKind } from "./table.ts";

/**
 * Words that tell two cells from each other: their names, and where these are the same, the first part that is not.
 * Cells that come with the toolkit have names of their own.
 */
export function difference(a: CellKind | Cell, b: CellKind | Cell): [a: string, b: string] {
  if (typeof a === "string" || typeof b === "string" || a.name !== b.name) return [nameOf(a), nameOf(b)];
  const [partsOfA, partsOfB] = [partsOf(a), partsOf(b)];
  const part = [...partsOfA.keys(), ...partsOfB.keys()]
    .find((part) => partsOfA.get(part) !== partsOfB.get(part));
  if (part === undefined) return [nameOf(a), `${nameOf(b)} with its parts in another order`];
  const withPart = (cell: Cell, value: string | undefined) =>
    `${nameOf(cell)} ${value === undefined ? "without" : "with"} ${part}${
      value === undefined ? "" : ` ${value}`
    }`;
  return [withPart(a, partsOfA.get(part)), withPart(b, partsOfB.get(part))];
}

function nameOf(cell: CellKind | Cell): string {
  return shown(typeof cell === "string" ? cell : cell.name);
}

/** The parts of a cell as texts, by what they are. */
function partsOf({ frame, banks, formulas, next }: Cell): ReadonlyMap<string, string> {
  return new Map([
    ["frame", shown(frame)],
    ...Object.entries(banks).flatMap(([bank, { convolves, bias, saturates }]): [string, string][] => [
      [`banks.${bank}.convolves`, shown(convolves)],
      [`banks.${bank}.bias`, String(bias)],
      [`banks.${bank}.saturates`, String(saturates ?? true)],
    ]),
    ...Object.entries(formulas).map((
      [name, formula],
    ): [string, string] => [`formulas.${name}`, shown(formula)]),
    ["next", shown(next)],
  ]);
}
