/** The forward and the backward pass of a group of rows, as sequences of dispatches. */
import type { tf } from "../../deps.ts";
import { cellOf } from "../../cells/table.ts";
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { backwardCode, scratchStates } from "./backward.ts";
import { forwardCode } from "./forward.ts";
import { fieldCount } from "./layout.ts";
import { type FusedRun, runUniforms } from "./run.ts";
import { allocate, type Dispatch, runSequence } from "./sequence.ts";
import { dispatchesTogether, flopOf } from "./split.ts";
import { quadsOf, textKey } from "./wgsl.ts";

/** The number of elements of the states of a group of rows. */
export function stateSize(spec: RecurrenceSpec, { rows, positions }: FusedRun): number {
  return rows * spec.width * positions * quadsOf(spec) * 4;
}

/** Where the last state begins in a trajectory, after the states of all applications and fields. */
export function lastStateStart(spec: RecurrenceSpec, run: FusedRun): number {
  return run.applications * fieldCount(spec) * stateSize(spec, run);
}

/**
 * The number of elements of the saturation cost, which follow the last state: a vector for each invocation, to be added
 * up.
 */
export function costSize({ rows, lanes, saturation }: FusedRun): number {
  return saturation ? 4 * rows * lanes : 0;
}

/** The trajectory: all that the forward pass computes. */
export function forwardPass(
  spec: RecurrenceSpec,
  run: FusedRun,
  initial: tf.TensorInfo,
  weights: tf.TensorInfo,
): tf.Tensor1D {
  const end = lastStateStart(spec, run) + stateSize(spec, run);
  const trajectory = allocate(end + costSize(run));
  runSequence({
    key: `ngpu-forward-${textKey(spec, run)}`,
    code: () => forwardCode(spec, { ...run, keeps: true }),
    workgroupSize: run.threads,
    inputs: {
      weights: { tensor: weights, vector: true },
      rows: { tensor: run.rowInfo, vector: true },
    },
    output: trajectory,
    copied: { tensor: initial, at: 0 },
    ...(run.saturation && { cleared: { at: end, size: costSize(run) } }),
    dispatches: run.split
      ? numbers(run.applications).flatMap((application) =>
        phasesOf(spec).map((phase) => dispatch(run, `forward${phase}Of`, application))
      )
      : [dispatch(run, "whole", 0)],
    together: together(spec, run),
  });
  return trajectory;
}

/** Where the gradient of the initial state begins in the result of the backward pass. */
export function initialGradientStart(spec: RecurrenceSpec, run: FusedRun): number {
  return run.applications * bankCount(spec) * stateSize(spec, run);
}

/**
 * The gradients of the pre-activations of the banks for each application, a state each, then the gradient of the
 * initial state, then scratch memory.
 */
export function backwardPass(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: tf.TensorInfo,
  flippedWeights: tf.TensorInfo,
  dState: tf.TensorInfo,
  dCost: tf.TensorInfo,
): tf.Tensor1D {
  const start = initialGradientStart(spec, run);
  const gradients = allocate(start + (1 + scratchStates(spec)) * stateSize(spec, run));
  runSequence({
    key: `ngpu-backward-${textKey(spec, run)}`,
    code: () => backwardCode(spec, run),
    workgroupSize: run.threads,
    inputs: {
      trajectory: { tensor: trajectory, vector: true },
      weights: { tensor: flippedWeights, vector: true },
      rows: { tensor: run.rowInfo, vector: true },
      dCost: { tensor: dCost, vector: false },
    },
    output: gradients,
    copied: { tensor: dState, at: start },
    dispatches: run.split
      ? [
        dispatch(run, "backward0Of", run.applications),
        ...numbers(run.applications).reverse().flatMap((application) =>
          phasesOf(spec).reverse().map((phase) => dispatch(run, `backward${phase}Of`, application))
        ),
      ]
      : [dispatch(run, "whole", 0)],
    together: together(spec, run),
  });
  return gradients;
}

/** The numbers of the cell's phases. */
function phasesOf(spec: RecurrenceSpec): number[] {
  return numbers(cellOf(spec).phases.length);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function dispatch(run: FusedRun, kernel: string, application: number): Dispatch {
  const workgroups = run.rows * run.lanes / run.threads;
  return { kernel, workgroups, uniforms: { ...runUniforms(run), application } };
}

function together(spec: RecurrenceSpec, { rows, positions }: FusedRun): number {
  return dispatchesTogether({ rows, flop: flopOf(spec, positions) });
}
