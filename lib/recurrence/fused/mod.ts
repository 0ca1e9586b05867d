/**
 * The recurrence as a few WebGPU dispatches, instead of dozens for every step: one for all steps of the forward pass,
 * one for all of the backward pass, and the weight gradients as large products. The formulas are those of composed.ts.
 */
import { tf } from "../../deps.ts";
import type { RecurrenceRun, RecurrenceSpec } from "../spec.ts";
import { backwardKernel } from "./backward.ts";
import { FIELDS, forwardKernel } from "./forward.ts";
import { packWeights } from "./pack.ts";
import { type FusedRun, fusedRun } from "./run.ts";
import { weightGradient } from "./weights.ts";
import { quadsOf } from "./wgsl.ts";

/** What the forward pass keeps for the backward pass. */
export interface FusedTrajectory {
  readonly run: FusedRun;
  /** The forward kernel's output. */
  readonly kept: tf.Tensor1D;
}

/** As `forward` of composed.ts. */
export function fusedForward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
): { state: tf.Tensor4D; cost: tf.Scalar; trajectory: FusedTrajectory } {
  const fused = fusedRun(spec, run, initial.shape[2]);
  const [kept, state, cost] = tf.tidy(() => {
    const kept = forwardKernel(spec, fused, withPaddedMaps(initial), packWeights(spec, parameters, false));
    const size = fused.rows * spec.width * fused.positions * quadsOf(spec) * 4;
    const end = fused.steps * spec.layers * FIELDS.length * size;
    const state = ownMaps(spec, fused, tf.slice(kept, end, size));
    return [kept, state, tf.sum(tf.slice(kept, end + size, 4 * fused.rows)) as tf.Scalar];
  });
  return { state, cost, trajectory: { run: fused, kept: tf.keep(kept) } };
}

/** As `backward` of composed.ts. */
export function fusedBackward(
  spec: RecurrenceSpec,
  parameters: tf.Tensor1D,
  trajectory: FusedTrajectory,
  dState: tf.Tensor4D,
  dCost: tf.Scalar,
): { dInitial: tf.Tensor4D; dParameters: tf.Tensor1D } {
  const { run, kept } = trajectory;
  const result = tf.tidy(() => {
    const flipped = packWeights(spec, parameters, true);
    const gradients = backwardKernel(spec, run, kept, flipped, withPaddedMaps(dState), dCost);
    const size = run.rows * spec.width * run.positions * quadsOf(spec) * 4;
    const dInitial = ownMaps(spec, run, tf.slice(gradients, run.steps * spec.layers * 3 * size, size));
    return { dInitial, dParameters: weightGradient(spec, run, kept, gradients) };
  });
  disposeFused(trajectory);
  return result;
}

/** Frees a trajectory whose gradient is not wanted. */
export function disposeFused({ run, kept }: FusedTrajectory): void {
  tf.dispose([run.rowInfo, kept]);
}

/** The kernels see maps in fours. */
function withPaddedMaps(state: tf.Tensor4D): tf.Tensor4D {
  const missing = -state.shape[3] & 3;
  return missing === 0 ? state : tf.pad(state, [[0, 0], [0, 0], [0, 0], [0, missing]]);
}

function ownMaps(spec: RecurrenceSpec, run: FusedRun, flat: tf.Tensor1D): tf.Tensor4D {
  const shape: [number, number, number, number] = [run.rows, spec.width, run.positions, quadsOf(spec) * 4];
  const padded: tf.Tensor4D = tf.reshape(flat, shape);
  return shape[3] === spec.maps
    ? padded
    : tf.slice(padded, [0, 0, 0, 0], [shape[0], shape[1], shape[2], spec.maps]);
}
