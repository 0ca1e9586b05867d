import { tf } from "../../deps.ts";
import type { StartStepper } from "../kernels.ts";
import { type Bank, cutCells, inferenceStep } from "./recurrence.ts";
import { type Rows, rowsOf } from "./rows.ts";

/** Inference by tfjs operations, on any backend. */
export const referenceStepper: StartStepper = (spec, run, initial, parameters) => {
  let rows!: Rows, cells!: Bank[][];
  // tf.tidy frees all tensors that it does not return, so those that the others depend on are returned too.
  const held = tf.tidy(() => {
    rows = rowsOf({ ...run, batch: run.lengths.length }, initial.shape[2]);
    cells = cutCells(spec, parameters);
    const ofCells = cells.flatMap((cell) => cell.flatMap(({ filter, bias }): tf.Tensor[] => [filter, bias]));
    return [...ofCells, rows.saturationWeight, ...(rows.mask ? [rows.mask] : [])];
  });
  let state = initial.clone();
  return {
    advance(t) {
      const before = state;
      state = tf.tidy(() => inferenceStep(spec, cells, rows, before, t));
      before.dispose();
      return 1;
    },
    settle: () => Promise.resolve(),
    state: () => state.clone(),
    dispose: () => tf.dispose([state, ...held]),
  };
};
