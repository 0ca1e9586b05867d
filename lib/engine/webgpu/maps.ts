/** Pads the maps of states with zeros to a multiple of four, because the kernels read maps in vectors of four. */
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { quadsOf } from "./wgsl.ts";

/** A state in the form in which the kernels read it. */
export function withPaddedMaps(state: tf.Tensor4D): tf.Tensor4D {
  const missing = -state.shape[3] & 3;
  return missing === 0 ? state : tf.pad(state, [[0, 0], [0, 0], [0, 0], [0, missing]]);
}

/** A state from what the kernels wrote: `[rows, width, positions, maps]`. */
export function ownMaps(
  spec: RecurrenceSpec,
  rows: number,
  positions: number,
  flat: tf.Tensor1D,
): tf.Tensor4D {
  const padded: tf.Tensor4D = tf.reshape(flat, [rows, spec.width, positions, quadsOf(spec) * 4]);
  return quadsOf(spec) * 4 === spec.maps
    ? padded
    : tf.slice(padded, [0, 0, 0, 0], [rows, spec.width, positions, spec.maps]);
}
