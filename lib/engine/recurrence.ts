import type { tf } from "../deps.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import { runningKernels } from "./backends.ts";
import type { RecurrenceRun } from "./run.ts";

/**
 * The unrolled recurrence as a differentiable tfjs operation, on the tfjs backend that runs.
 *
 * `initial` is the state before the first step, `[batch, width, positions, maps]`, zero beyond the rows' lengths (its
 * gradient there is not defined); `parameters` the flat vector laid out as in model/recurrence_spec.ts, of
 * `recurrenceSize(spec)` elements. Yields the state after each row's last step, and the saturation cost
 * Σ relu(|pre| − 0.9) / (length²·batch), a scalar. Gradients are taken once.
 */
export function recurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
): { state: tf.Tensor4D; cost: tf.Scalar } {
  return runningKernels().recurrence(spec, run, initial, parameters);
}
