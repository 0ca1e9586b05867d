import { tf } from "../deps.ts";
import { pause } from "../pause.ts";
import { type CellBanks, cutBanks } from "./banks.ts";
import { plainStep } from "./composed.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { type Shift, shiftOf } from "./shift.ts";
import type { RecurrenceSpec } from "./spec.ts";

/** How an inference reports and ends early. */
export interface InferenceOptions {
  /** Ends the inference with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the steps done and those to do. */
  readonly onStep?: ((done: number, steps: number) => void) | undefined;
}

/**
 * The state after each row's last step, as `recurrence` gives it without dropout. Only two states are held, however
 * many steps there are.
 */
export async function infer(
  spec: RecurrenceSpec,
  rowsRun: { readonly lengths: readonly number[]; readonly steps: readonly number[] },
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  options: InferenceOptions = {},
): Promise<tf.Tensor4D> {
  let rows!: Rows, banks!: CellBanks[], shift!: Shift;
  // A tidy frees all but what it returns; the intermediate results of `cutBanks` are many.
  const held = tf.tidy(() => {
    rows = rowsOf({ ...rowsRun, batch: initial.shape[0] }, initial.shape[2]);
    banks = cutBanks(spec, parameters);
    shift = shiftOf(spec);
    const ofBanks = banks.flatMap((cell) => cell.flatMap(({ filter, bias }): tf.Tensor[] => [filter, bias]));
    return [...ofBanks, ...shift.filters, ...(rows.mask ? [rows.mask] : [])];
  });
  let state = initial.clone();
  try {
    for (let t = 0; t < rows.steps; t++) {
      const before = state;
      state = tf.tidy(() => {
        const after = plainStep(spec, banks, shift, rows.mask, before, t);
        const active = rows.active(t);
        return active === undefined
          ? after
          : tf.add(tf.mul(active, after), tf.mul(tf.sub(1, active), before));
      });
      before.dispose();
      if (await pause(options.signal)) options.onStep?.(t + 1, rows.steps);
    }
    return state;
  } catch (thrown) {
    state.dispose();
    throw thrown;
  } finally {
    tf.dispose(held);
  }
}
