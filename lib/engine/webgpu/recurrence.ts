/**
 * The recurrence in the toolkit's own WebGPU kernels, whose text has the cell's formulas. Forward and backward pass each
 * take one dispatch for all steps, or one for each phase of each application of a cell (see split.ts). The weight
 * gradients are large products.
 */
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RecurrenceRun } from "../run.ts";
import { fieldCount } from "./layout.ts";
import { ownMaps, withPaddedMaps } from "./maps.ts";
import { packWeights } from "./pack.ts";
import {
  backwardPass,
  costSize,
  forwardPass,
  initialGradientStart,
  lastStateStart,
  stateSize,
} from "./passes.ts";
import { type FusedRun, fusedRun, type Tuning } from "./run.ts";
import { tilesOf } from "./tile.ts";
import { sumParts } from "./sum_parts.ts";
import { weightParts } from "./weights.ts";
import { quadsOf } from "./wgsl.ts";

/** What the forward pass keeps for the backward pass: a part for each group of rows, which fits in a buffer. */
export type FusedTrajectory = readonly {
  readonly run: FusedRun;
  /** The group's first row. */
  readonly first: number;
  /** The result of the forward pass. */
  readonly kept: tf.Tensor1D;
}[];

/** Workgroups that every device takes in one dimension of a dispatch. program.ts folds more into a second dimension. */
const MOST_ROWS = 65535;

/** How many examples' trajectories fit in a buffer of `bytes`. If 0, the kernels cannot take the run. */
export function examplesThatFit(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  positions: number,
  bytes: number,
): number {
  const applications = Math.max(...run.steps) * spec.layers;
  const state = 4 * spec.width * positions * quadsOf(spec) * 4;
  const cost = 16 * (tilesOf(spec, positions) + 256); // the invocations of a row, in whole workgroups
  const rows = Math.floor(bytes / ((applications * fieldCount(spec) + 1) * state + cost));
  return Math.min(rows, MOST_ROWS);
}

/** The forward pass, of `rows` examples at a time. */
export function fusedForward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  rows: number,
  tuning: Tuning = {},
): { state: tf.Tensor4D; cost: tf.Scalar; trajectory: FusedTrajectory } {
  const trajectory: { run: FusedRun; first: number; kept: tf.Tensor1D }[] = [];
  const [state, cost] = tf.tidy(() => {
    const weights = packWeights(spec, parameters, false);
    const padded = withPaddedMaps(initial);
    const states: tf.Tensor4D[] = [];
    const costs: tf.Tensor[] = [];
    for (let first = 0; first < run.steps.length; first += rows) {
      const fused = fusedRun(spec, partOf(run, first, rows), initial.shape[2], 0, tuning);
      const kept = tf.keep(forwardPass(spec, fused, rowsOf(padded, first, fused.rows), weights));
      trajectory.push({ run: fused, first, kept });
      const size = stateSize(spec, fused);
      const end = lastStateStart(spec, fused);
      states.push(ownMaps(spec, fused.rows, fused.positions, tf.slice(kept, end, size)));
      costs.push(
        run.saturation ? tf.sum(tf.slice(kept, end + size, costSize(fused))) : tf.scalar(0),
      );
    }
    return [states.length === 1 ? states[0]! : tf.concat(states, 0), tf.addN(costs) as tf.Scalar];
  });
  return { state, cost, trajectory };
}

/** The gradients, from those of the last state and of the cost. Frees the trajectory. */
export function fusedBackward(
  spec: RecurrenceSpec,
  parameters: tf.Tensor1D,
  trajectory: FusedTrajectory,
  dState: tf.Tensor4D,
  dCost: tf.Scalar,
): { dInitial: tf.Tensor4D; dParameters: tf.Tensor1D } {
  const result = tf.tidy(() => {
    const flipped = packWeights(spec, parameters, true);
    const padded = withPaddedMaps(dState);
    const parts = trajectory.map(({ run, first, kept }) => {
      const gradients = backwardPass(spec, run, kept, flipped, rowsOf(padded, first, run.rows), dCost);
      const size = stateSize(spec, run);
      const start = initialGradientStart(spec, run);
      const dInitial = ownMaps(spec, run.rows, run.positions, tf.slice(gradients, start, size));
      return { dInitial, dParameters: sumParts([weightParts(spec, run, kept, gradients)]) };
    });
    if (parts.length === 1) return parts[0]!;
    return {
      dInitial: tf.concat(parts.map(({ dInitial }) => dInitial), 0),
      dParameters: tf.addN(parts.map(({ dParameters }) => dParameters)) as tf.Tensor1D,
    };
  });
  disposeFused(trajectory);
  return result;
}

/** Frees a trajectory. */
export function disposeFused(trajectory: FusedTrajectory): void {
  for (const { run, kept } of trajectory) tf.dispose([run.rowInfo, kept]);
}

function partOf(run: RecurrenceRun, first: number, rows: number): RecurrenceRun {
  return {
    ...run,
    lengths: run.lengths.slice(first, first + rows),
    steps: run.steps.slice(first, first + rows),
    dropout: run.dropout && { ...run.dropout, firstExample: run.dropout.firstExample + first },
    noise: run.noise && { ...run.noise, firstExample: run.noise.firstExample + first },
  };
}

function rowsOf(states: tf.Tensor4D, first: number, rows: number): tf.Tensor4D {
  return rows === states.shape[0] ? states : tf.slice(states, first, rows);
}
