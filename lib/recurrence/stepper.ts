import { tf } from "../deps.ts";
import { type CellBanks, cutBanks } from "./banks.ts";
import { plainStep } from "./composed.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { type Shift, shiftOf } from "./shift.ts";
import type { RecurrenceSpec } from "./spec.ts";

/** Positions and steps of each row. */
export interface RowSteps {
  /** Positions that hold symbols. */
  readonly lengths: readonly number[];
  /** Steps that the row takes. */
  readonly steps: readonly number[];
}

/** Takes an inference from step to step. Each function leaves its argument alone and yields a new tensor. */
export interface Stepper {
  /** The form of the state that the steps work on. */
  begin(initial: tf.Tensor4D): tf.Tensor;
  /** The state after step t; rows that have taken all of their steps stay as they are. */
  step(state: tf.Tensor, t: number): tf.Tensor;
  /** The state as `[rows, width, positions, maps]`. */
  end(state: tf.Tensor): tf.Tensor4D;
  /** Waits until the device has computed this state. Throws a `RunError` where it has failed. */
  settle(state: tf.Tensor): Promise<void>;
  /** Frees what the steps needed. */
  dispose(): void;
}

/** Steps of plain tfjs operations, on any backend. */
export function composedStepper(
  spec: RecurrenceSpec,
  run: RowSteps,
  positions: number,
  parameters: tf.Tensor1D,
): Stepper {
  let rows!: Rows, banks!: CellBanks[], shift!: Shift;
  // A tidy frees all but what it returns; the intermediate results of `cutBanks` are many.
  const held = tf.tidy(() => {
    rows = rowsOf({ ...run, batch: run.lengths.length }, positions);
    banks = cutBanks(spec, parameters);
    shift = shiftOf(spec);
    const ofBanks = banks.flatMap((cell) => cell.flatMap(({ filter, bias }): tf.Tensor[] => [filter, bias]));
    return [...ofBanks, ...shift.filters, ...(rows.mask ? [rows.mask] : [])];
  });
  return {
    begin: (initial) => initial.clone(),
    step: (before, t) =>
      tf.tidy(() => {
        const after = plainStep(spec, banks, shift, rows.mask, before as tf.Tensor4D, t);
        const active = rows.active(t);
        return active === undefined
          ? after
          : tf.add(tf.mul(active, after), tf.mul(tf.sub(1, active), before));
      }),
    end: (state) => state.clone() as tf.Tensor4D,
    settle: () => Promise.resolve(),
    dispose: () => tf.dispose(held),
  };
}
