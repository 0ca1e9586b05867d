/**
 * Levels of the state. What moves a unit a little at every step adds up over thousands of steps, far beyond what
 * training sees. Rounded to a few levels after every step the state forgets what is less than half a level off: the
 * network is a cellular automaton with finitely many states. In training, noise on the state stands in for the rounding.
 */
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** Levels between 0 and 1, this one among them. */
export function partsOf(levels: number): number {
  return (levels - 1) / 2;
}

/** The distance between two levels, as f32: kernels multiply by it, so that all backends round alike. */
export function unitOf(levels: number): number {
  return Math.fround(1 / partsOf(levels));
}

/** The state with each unit at the nearest level; as it is where any value may be. */
export function rounded(
  { state_levels }: Pick<RecurrenceSpec, "state_levels">,
  state: tf.Tensor4D,
): tf.Tensor4D {
  if (state_levels === 0) return state;
  return tf.mul(tf.round(tf.mul(state, partsOf(state_levels))), unitOf(state_levels));
}
