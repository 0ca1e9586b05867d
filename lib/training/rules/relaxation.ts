/**
 * Parameter-sharing relaxation (Kaiser & Sutskever 2015, section 3.3): the steps of the recurrence take r parameter sets
 * in turn, which are pulled together ever more strongly, and in the end are averaged into one.
 */
import { tf } from "../../deps.ts";
import type { Configuration } from "../../model/configuration.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { TrainingState } from "../state.ts";

/** What pulls the sets together. */
export interface Pull {
  /** Σ (p − mean over the sets)² over all parameters p of all sets, a scalar. */
  readonly distance: tf.Scalar;
  /** The gradient of weight × distance, by the flat parameter vector: 2·weight·(p − mean), and 0 beyond the sets. */
  readonly gradient: tf.Tensor1D;
}

/** The pull at `parameters`, the flat vector. The gradient through the mean is zero, as the differences sum to zero. */
export function pullOf(spec: RecurrenceSpec, parameters: tf.Tensor1D, weight: number): Pull {
  const [distance, gradient] = tf.tidy(() => {
    const size = recurrenceSize(spec);
    const sets = tf.reshape(tf.slice(parameters, 0, size), [spec.sets, size / spec.sets]);
    const apart = tf.sub(sets, tf.mean(sets, 0, true));
    const gradient = tf.pad(tf.reshape(tf.mul(apart, 2 * weight), [size]), [[0, parameters.size - size]]);
    return [tf.sum(tf.square(apart)), gradient];
  });
  return { distance: distance as tf.Scalar, gradient: gradient as tf.Tensor1D };
}

/** A flat vector (parameters or moments) with one set, the mean of its `spec.sets` sets. */
export function averageSets(spec: RecurrenceSpec, vector: Float32Array): Float32Array {
  const size = recurrenceSize(spec) / spec.sets;
  const averaged = vector.slice((spec.sets - 1) * size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let set = 0; set < spec.sets; set++) sum += vector[set * size + i]!;
    averaged[i] = sum / spec.sets;
  }
  return averaged;
}

/**
 * What follows for the sets from a check at which the curriculum's threshold was reached `successes` times: a stronger
 * pull or, once it is strong, one set. With the paper's values the 31st success averages them.
 */
export function relax(
  { pull_factor, average_at }: Configuration,
  { sets, pull }: Pick<TrainingState, "sets" | "pull">,
  successes: number,
): Pick<TrainingState, "sets" | "pull"> {
  if (successes === 0) return { sets, pull };
  return pull < average_at ? { sets, pull: pull * pull_factor ** successes } : { sets: 1, pull };
}
