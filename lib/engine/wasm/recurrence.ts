/** The recurrence as an operation on tensors, for networks of one's own. */
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { operationOf, type Outcome } from "../operation.ts";
import type { RecurrenceRun } from "../run.ts";
import { Filters } from "./filters.ts";
import { groupsOf } from "./groups.ts";
import { layoutOf } from "./layout.ts";
import { bytesToKeep, MEMORY_BUDGET, Pass } from "./pass.ts";

/** The forward pass. */
export function wasmForward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  budget: number = MEMORY_BUDGET,
): Outcome {
  const groups = groupsOf(run);
  const keepsPre = bytesToKeep(spec, groups) <= budget;
  const values = initial.dataSync<"float32">();
  const [, , stride] = initial.shape;
  const size = spec.width * stride * spec.maps;
  const passes: Pass[] = [];
  const dispose = () => passes.splice(0).forEach((pass) => pass[Symbol.dispose]());
  /** Copies each example of a pass from values or to them, `[rows, width, positions, maps]`. */
  const copy = (
    pass: Pass,
    how: "load" | "store",
    place: number,
    kind: "state" | "plain",
    other: Float32Array,
  ) =>
    pass.group.rows.forEach((number, row) =>
      pass.cell.arrays[how](place, kind, row, other, number * size, stride)
    );

  const last = new Float32Array(values.length);
  let cost = 0;
  try {
    using filters = filled(spec, parameters, false);
    for (const group of groups) {
      const pass = new Pass(spec, run, group, keepsPre);
      passes.push(pass);
      copy(pass, "load", pass.first, "state", values);
      pass.forward(filters);
      copy(pass, "store", pass.last, "state", last);
      if (run.saturation) cost += pass.cost;
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    state: tf.tensor4d(last, initial.shape),
    cost: tf.scalar(cost),
    dispose,
    backward(dState, dCost, parameters) {
      using _passes = { [Symbol.dispose]: dispose };
      using filters = filled(spec, parameters, true);
      using sums = new Filters(layoutOf(spec), false);
      const weight = run.saturation ? dCost.dataSync<"float32">()[0]! : 0;
      const dLast = dState.dataSync<"float32">();
      const dInitial = new Float32Array(dLast.length);
      for (const pass of passes) {
        const { gradient } = pass.cell;
        copy(pass, "load", gradient, "plain", dLast);
        pass.backward(filters, sums, weight);
        copy(pass, "store", gradient, "plain", dInitial);
      }
      return { dInitial: tf.tensor4d(dInitial, dState.shape), dParameters: tf.tensor1d(sums.read()) };
    },
  };
}

/** The recurrence, differentiable. */
export const wasmRecurrence = operationOf((...inputs) => wasmForward(...inputs));

function filled(spec: RecurrenceSpec, parameters: tf.Tensor1D, flips: boolean): Filters {
  const filters = new Filters(layoutOf(spec), flips);
  filters.write(parameters.dataSync<"float32">());
  return filters;
}
