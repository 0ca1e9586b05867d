import type { tf } from "../deps.ts";
import { pause } from "../async/pause.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { Kernels } from "./kernels.ts";
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
const SETTLE_EVERY = 128;

/**
 * The state after each row's last step, as `recurrence` gives it without dropout. Only two states are held, however
 * many steps there are.
 */
export async function infer(
  { startInference }: Pick<Kernels, "startInference">,
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
    return stepper.end();
  } finally {
    stepper.dispose();
  }
}
