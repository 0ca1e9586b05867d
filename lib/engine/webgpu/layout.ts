/** Where the arrays of a cell's stages are in the buffers of the kernels, in states of all rows. */
import type { CompiledCell } from "../../cells/compile.ts";
import { inputsOf } from "../../cells/expression.ts";
import { ARRAYS } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";

/**
 * The states that the forward pass keeps of each application of a cell: its input, what the phases after the first one
 * convolve, and what is kept of the banks. By this order the first ones are what the phases convolve, by their numbers.
 */
export function keptFields({ phases, banks }: CompiledCell): readonly string[] {
  return [
    ARRAYS.state,
    ...phases.slice(1).map((_, i) => ARRAYS.input(i + 1)),
    ...banks.map((_, bank) => ARRAYS.kept(bank)),
  ];
}

/** The number of these states. */
export function fieldCount(spec: RecurrenceSpec): number {
  return keptFields(cellOf(spec)).length;
}

/** The arrays that inference keeps for later stages of an application, besides two states. */
export function scratchFields({ phases, forward }: CompiledCell): readonly string[] {
  const early = forward.flatMap(({ outputs }) => inputsOf(outputs.map(({ value }) => value)))
    .filter((input) => input.startsWith("kept"));
  return [...phases.slice(1).map((_, i) => ARRAYS.input(i + 1)), ...new Set(early)];
}

/** The number of states in the output of an inference: two, which applications read and write by turns, and scratch. */
export function statesByTurns(spec: RecurrenceSpec): number {
  return 2 + scratchFields(cellOf(spec)).length;
}

/** Text that declares where arrays of an application begin: `kept0At` and so on. */
export function declarePlaces(places: Readonly<Record<string, string>>): string {
  return [
    "let field = uniforms.rows * vectorsOfRow();",
    "let own = b * vectorsOfRow();",
    ...Object.entries(places).map(([name, number]) => `let ${name}At = (${number}) * field + own;`),
  ].join("\n  ");
}
