import type { tf } from "../deps.ts";
import { pause } from "../async/pause.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { Kernels } from "./kernels.ts";
import type { RowSteps } from "./run.ts";

/** How an inference reports and ends early. */
export interface InferenceOptions {
  /** Ends the inference with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the steps done and those to do. */
  readonly onStep?: ((done: number, steps: number) => void) | undefined;
}

/**
 * Steps after which the device is waited for. Without it thousands of steps queue up: the progress shown is not that
 * of the device, Ctrl-C comes late, and a GPU that also draws the desktop may be taken away as hung.
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
