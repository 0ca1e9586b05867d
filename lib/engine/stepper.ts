import { tf } from "../deps.ts";
import { type CellBanks, cutBanks } from "./reference/banks.ts";
import { plainStep } from "./reference/composed.ts";
import { type Rows, rowsOf } from "./reference/rows.ts";
import { type Shift, shiftOf } from "./reference/shift.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";

/** Positions and steps of each row. */
export interface RowSteps {
  /** Positions that hold symbols. */
  readonly lengths: readonly number[];
  /** Steps that the row takes. */
  readonly steps: readonly number[];
}

/** An inference on its way: holds the state, and takes it on step by step. */
export interface Stepper {
  /**
   * Takes steps from step t on, as many at once as suit it but at most `most`, and yields how many those were. Rows
   * that have taken all of their steps stay as they are.
   */
  advance(t: number, most: number): number;
  /** Waits until the device has computed the state. Throws a `RunError` where it has failed. */
  settle(): Promise<void>;
  /** The state as `[rows, width, positions, maps]`. */
  end(): tf.Tensor4D;
  /** Frees the state and what the steps needed. */
  dispose(): void;
}

/** Starts an inference from `initial`, `[rows, width, positions, maps]`. */
export type StartStepper = (
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
) => Stepper;

/** Steps of plain tfjs operations, on any backend. */
export const composedStepper: StartStepper = (spec, run, initial, parameters) => {
  let rows!: Rows, banks!: CellBanks[], shift!: Shift;
  // A tidy frees all but what it returns; the intermediate results of `cutBanks` are many.
  const held = tf.tidy(() => {
    rows = rowsOf({ ...run, batch: run.lengths.length }, initial.shape[2]);
    banks = cutBanks(spec, parameters);
    shift = shiftOf(spec);
    const ofBanks = banks.flatMap((cell) => cell.flatMap(({ filter, bias }): tf.Tensor[] => [filter, bias]));
    return [...ofBanks, ...shift.filters, ...(rows.mask ? [rows.mask] : [])];
  });
  let state = initial.clone();
  return {
    advance(t) {
      const before = state;
      state = tf.tidy(() => {
        const after = plainStep(spec, banks, shift, rows.mask, before, t);
        const active = rows.active(t);
        return active === undefined
          ? after
          : tf.add(tf.mul(active, after), tf.mul(tf.sub(1, active), before));
      });
      before.dispose();
      return 1;
    },
    settle: () => Promise.resolve(),
    end: () => state.clone(),
    dispose: () => tf.dispose([state, ...held]),
  };
};
