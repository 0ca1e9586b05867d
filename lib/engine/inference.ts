import type { tf } from "../deps.ts";
import { pause } from "../async/pause.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import { read } from "./device.ts";
import type { TensorKernels } from "./kernels.ts";
import type { RowSteps } from "./run.ts";

/** Options of an inference. */
export interface InferenceOptions {
  /** Ends the inference with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the number of steps done and of all steps. */
  readonly onStep?: ((done: number, steps: number) => void) | undefined;
}

/**
 * Steps after which the inference waits for the device. Otherwise thousands of steps queue up: progress is shown too
 * early, Ctrl-C takes effect late, and the system may reset a GPU that also draws the desktop, because it seems to
 * hang.
 */
export const SETTLE_EVERY = 128;

/**
 * The state after each row's last step, as `recurrence` gives it without dropout. Only two states are held, however
 * many steps there are.
 */
export async function infer(
  { startInference }: Pick<TensorKernels, "startInference">,
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  options: InferenceOptions = {},
): Promise<tf.Tensor4D> {
  const stepper = startInference(spec, run, initial, parameters);
  const steps = run.steps.reduce((most, own) => Math.max(most, own), 0);
  try {
    for (let t = 0; t < steps;) {
      const untilSettled = SETTLE_EVERY - t % SETTLE_EVERY;
      t += stepper.advance(t, Math.min(untilSettled, steps - t));
      if (t % SETTLE_EVERY === 0) await stepper.settle();
      if (await pause(options.signal)) options.onStep?.(t, steps);
    }
    return stepper.state();
  } finally {
    stepper.dispose();
  }
}

/** States and bytes of them that are read from the device together: each read waits for the device. */
const STATES_TOGETHER = { count: 32, bytes: 64e6 };

/**
 * The states of one row, from the initial one to that after its last step, `[width, positions, maps]` each. They are
 * computed as they are asked for, a few ahead.
 */
export async function* statesOf(
  { startInference }: Pick<TensorKernels, "startInference">,
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  signal: AbortSignal | undefined,
): AsyncGenerator<Float32Array> {
  const together = Math.max(1, Math.min(STATES_TOGETHER.count, STATES_TOGETHER.bytes / (4 * initial.size)));
  const stepper = startInference(spec, run, initial, parameters);
  let ahead: tf.Tensor4D[] = [];
  try {
    yield await read(initial);
    for (let t = 0; t < run.steps[0]!;) {
      while (t < run.steps[0]! && ahead.length < together) {
        t += stepper.advance(t, 1);
        ahead.push(stepper.state());
      }
      const states = await Promise.all(ahead.map(read));
      ahead.forEach((state) => state.dispose());
      ahead = [];
      await pause(signal);
      yield* states;
    }
  } finally {
    ahead.forEach((state) => state.dispose());
    stepper.dispose();
  }
}
