/** The forward and the backward pass of a group of rows, as sequences of dispatches. */
import { cellOf } from "../../cells/table.ts";
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { backwardCode, scratchStates } from "./backward.ts";
import { forwardCode } from "./forward.ts";
import { fieldCount } from "./layout.ts";
import { type Dispatch, type Sequence, vectors } from "./program.ts";
import { type FusedRun, RUN_INPUTS, shapeUniforms, stateSize } from "./run.ts";
import { flopOf } from "./split.ts";
import { textKey } from "./wgsl.ts";

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

/** Where the saturation cost begins in a trajectory. */
export function costStart(spec: RecurrenceSpec, run: FusedRun): number {
  return lastStateStart(spec, run) + stateSize(spec, run);
}

/** The number of elements of a trajectory: all that the forward pass computes. */
export function trajectorySize(spec: RecurrenceSpec, run: FusedRun): number {
  return costStart(spec, run) + costSize(run);
}

/** The forward pass. The trajectory begins with the initial state, and zeros stand in place of the cost. */
export function forwardPass(
  spec: RecurrenceSpec,
  run: FusedRun,
  weights: GPUBuffer,
  trajectory: GPUBuffer,
): Sequence {
  return {
    key: `forward-${textKey(spec, run)}`,
    code: () => forwardCode(spec, { ...run, keeps: true }),
    workgroupSize: run.threads,
    inputs: RUN_INPUTS,
    reads: { weights: vectors(weights) },
    writes: { result: vectors(trajectory) },
    dispatches: run.split
      ? numbers(run.applications).flatMap((application) =>
        phasesOf(spec).map((phase) => dispatch(run, `forward${phase}Of`, application))
      )
      : [dispatch(run, "whole", 0)],
    work: workOf(spec, run),
  };
}

/** Where the gradient of the initial state begins in the result of the backward pass. */
export function initialGradientStart(spec: RecurrenceSpec, run: FusedRun): number {
  return run.applications * bankCount(spec) * stateSize(spec, run);
}

/** The number of elements of the result of the backward pass. */
export function gradientsSize(spec: RecurrenceSpec, run: FusedRun): number {
  return initialGradientStart(spec, run) + (1 + scratchStates(spec)) * stateSize(spec, run);
}

/**
 * The backward pass: the gradients of the pre-activations of the banks for each application, a state each, then the
 * gradient of the initial state, in whose place that of the last state stands before, then scratch memory.
 */
export function backwardPass(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: GPUBuffer,
  flippedWeights: GPUBuffer,
  gradients: GPUBuffer,
): Sequence {
  return {
    key: `backward-${textKey(spec, run)}`,
    code: () => backwardCode(spec, run),
    workgroupSize: run.threads,
    inputs: RUN_INPUTS,
    reads: { trajectory: vectors(trajectory), weights: vectors(flippedWeights) },
    writes: { result: vectors(gradients) },
    dispatches: run.split
      ? [
        dispatch(run, "backward0Of", run.applications),
        ...numbers(run.applications).reverse().flatMap((application) =>
          phasesOf(spec).reverse().map((phase) => dispatch(run, `backward${phase}Of`, application))
        ),
      ]
      : [dispatch(run, "whole", 0)],
    work: workOf(spec, run),
  };
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
  return { kernel, workgroups, uniforms: { ...shapeUniforms(run), application } };
}

/** Operations of a dispatch; those of one phase are no more than those of all. */
function workOf(spec: RecurrenceSpec, { split, rows, positions, applications }: FusedRun): number {
  return rows * flopOf(spec, positions) * (split ? 1 : applications);
}
