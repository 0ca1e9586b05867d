/** A cell of any formulas in plain JavaScript, in double precision. */
import { evaluator } from "../../lib/cells/evaluate.ts";
import { ARRAYS } from "../../lib/cells/stage.ts";
import { cellOf } from "../../lib/cells/table.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { kinksOf } from "./random_cells.ts";

/** The columns of one mental image, each `[length × maps]`. */
export type Image = Float64Array[];

/** What is noted on the way. */
export interface Found {
  /** Every pre-activation, in a fixed order. */
  readonly pre: number[];
  /** How far a cell of one's own has been from the nearest kink of its formulas. */
  fromKink: number;
}

/** One application of a cell of one's own, by its formulas in double precision. */
export function plainCell(
  spec: RecurrenceSpec,
  s: Image,
  convolved: (bank: number, x: Image) => Image,
  mask: Image,
  shifted: Image,
  found: Found,
): Image {
  const { phases, forward } = cellOf(spec);
  const known: Record<string, Image> = {
    [ARRAYS.state]: s,
    [ARRAYS.mask]: mask,
    [ARRAYS.shifted]: shifted,
  };
  let input = s;
  phases.forEach(({ first, count }, phase) => {
    for (let bank = first; bank < first + count; bank++) known[ARRAYS.pre(bank)] = convolved(bank, input);
    const outputs = forward[phase]!.outputs.filter(({ array }) => array !== ARRAYS.excess);
    const values = outputs.map(({ value }) => value);
    const [evaluate, kinks] = [evaluator(values), kinksOf(values)];
    const names = Object.keys(known);
    outputs.forEach(({ array }) => known[array] = s.map((column) => new Float64Array(column.length)));
    s.forEach((column, y) =>
      column.forEach((_, i) => {
        const inputs = Object.fromEntries(names.map((name) => [name, known[name]![y]![i]!]));
        for (const side of kinks(inputs)) found.fromKink = Math.min(found.fromKink, Math.abs(side));
        const results = evaluate(inputs);
        outputs.forEach(({ array }, k) => known[array]![y]![i] = results[k]!);
      })
    );
    input = known[outputs[0]!.array]!;
  });
  return input;
}
