/**
 * The steps of an inference, for sequences of any length, by the phases of the forward pass: a dispatch for each phase of
 * each cell, whose workgroups split the positions among them. Two states are kept, which applications read and write by
 * turns.
 */
import { cellOf } from "../../cells/table.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RowSteps } from "../run.ts";
import { forwardCode } from "./forward.ts";
import { onSoftware } from "./gpu.ts";
import { type Sequence, vectors } from "./program.ts";
import { type FusedRun, fusedRun, RUN_INPUTS, shapeUniforms, type Tuning } from "./run.ts";
import { flopOf, MOST_DISPATCHES, MOST_WORK } from "./split.ts";
import { textKey } from "./wgsl.ts";

/** The shape of an inference. */
export function inferenceRun(
  spec: RecurrenceSpec,
  { lengths, steps }: RowSteps,
  positions: number,
  { software = onSoftware() }: Pick<Tuning, "software">,
): FusedRun {
  const run = { lengths, steps, batch: lengths.length, saturation: false, rounds: true };
  return fusedRun(spec, run, positions, { split: true, software });
}

/** Steps that are submitted together. */
export function stepsTogether(spec: RecurrenceSpec, { rows, positions }: FusedRun): number {
  const together = Math.min(MOST_DISPATCHES, MOST_WORK / (rows * flopOf(spec, positions)));
  return Math.max(1, Math.floor(together / (cellOf(spec).phases.length * spec.layers)));
}

/** Some steps, beginning with step t. */
export function stepsOf(
  spec: RecurrenceSpec,
  run: FusedRun,
  buffers: { readonly weights: GPUBuffer; readonly states: GPUBuffer },
  t: number,
  steps: number,
): Sequence {
  const phases = cellOf(spec).phases.length;
  return {
    key: `inference-${textKey(spec, run)}`,
    code: () => forwardCode(spec, { ...run, keeps: false }),
    workgroupSize: run.threads,
    inputs: RUN_INPUTS,
    reads: { weights: vectors(buffers.weights) },
    writes: { result: vectors(buffers.states) },
    dispatches: Array.from({ length: phases * steps * spec.layers }, (_, i) => ({
      kernel: `forward${i % phases}Of`,
      workgroups: run.rows * run.lanes / run.threads,
      uniforms: { ...shapeUniforms(run), application: t * spec.layers + Math.floor(i / phases) },
    })),
    work: run.rows * flopOf(spec, run.positions),
  };
}
