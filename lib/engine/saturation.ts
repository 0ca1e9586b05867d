import { SATURATION_LIMIT } from "../cells/saturation.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";

/** The values of an activation at pre-activations of −0.9 and 0.9. Beyond them a unit counts as saturated. */
export type SaturatedValues = readonly [low: number, high: number];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** These values for a cell's gates and for its candidate, for kernels that keep activations but not pre-activations. */
export function saturatedValues(
  { cell, gate_cutoff }: Pick<RecurrenceSpec, "cell" | "gate_cutoff">,
): { gate: SaturatedValues; candidate: SaturatedValues } {
  const both = (f: (pre: number) => number): SaturatedValues => [f(-SATURATION_LIMIT), f(SATURATION_LIMIT)];
  if (cell === "diagonal") return { gate: [0.05, 0.95], candidate: both((pre) => pre) };
  const gate = (pre: number) => Math.min(1, Math.max(0, (1 + 2 * gate_cutoff) * sigmoid(pre) - gate_cutoff));
  return { gate: both(gate), candidate: both(Math.tanh) };
}
