/**
 * The recurrence in the toolkit's own WebGPU kernels, whose text has the cell's formulas. Forward and backward pass each
 * take one dispatch for all steps, or one for each phase of each application of a cell (see split.ts). The weight
 * gradients are large products.
 */
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RecurrenceRun } from "../run.ts";
import { allocate, bufferOf, generous } from "./gpu.ts";
import { fieldCount } from "./layout.ts";
import { ownMaps, withPaddedMaps } from "./maps.ts";
import { packedSize, packing } from "./pack.ts";
import {
  backwardPass,
  costSize,
  costStart,
  forwardPass,
  gradientsSize,
  initialGradientStart,
  lastStateStart,
  trajectorySize,
} from "./passes.ts";
import { filled, runOnce } from "./recording.ts";
import { D_COST_AT, type FusedRun, fusedRun, runBlock, stateSize, type Tuning } from "./run.ts";
import { tilesOf } from "./tile.ts";
import { summing } from "./sum_parts.ts";
import { weightParts } from "./weights.ts";
import { quadsOf } from "./wgsl.ts";

/** What the forward pass keeps for the backward pass: a part for each group of rows, which fits in a buffer. */
export type FusedTrajectory = readonly {
  readonly shape: FusedRun;
  readonly run: RecurrenceRun;
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
  const trajectory: { shape: FusedRun; run: RecurrenceRun; first: number; kept: tf.Tensor1D }[] = [];
  const [state, cost] = tf.tidy(() => {
    const weights = packWeights(spec, parameters, false);
    const padded = withPaddedMaps(initial);
    const states: tf.Tensor4D[] = [];
    const costs: tf.Tensor[] = [];
    for (let first = 0; first < run.steps.length; first += rows) {
      const own = partOf(run, first, rows);
      const shape = fusedRun(spec, own, initial.shape[2], tuning);
      const size = stateSize(spec, shape);
      const [last, costAt] = [lastStateStart(spec, shape), costStart(spec, shape)];
      const kept = tf.keep(allocate(generous(trajectorySize(spec, shape))));
      const [source, target] = [bufferOf(rowsOf(padded, first, shape.rows)), bufferOf(kept)];
      runOnce([forwardPass(spec, shape, bufferOf(weights), target)], runBlock(own), (commands) => {
        commands.copy(source, 0, target, 0, 4 * size);
        commands.clear(target, 4 * costAt, 4 * costSize(shape));
      });
      trajectory.push({ shape, run: own, first, kept });
      states.push(ownMaps(spec, shape.rows, shape.positions, tf.slice(kept, last, size)));
      costs.push(run.saturation ? tf.sum(tf.slice(kept, costAt, costSize(shape))) : tf.scalar(0));
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
    const parts = trajectory.map(({ shape, run, first, kept }) => {
      const size = stateSize(spec, shape);
      const start = initialGradientStart(spec, shape);
      const gradients = allocate(generous(gradientsSize(spec, shape)));
      const sums = weightParts(spec, shape, bufferOf(kept), bufferOf(gradients));
      const partial = allocate(generous(sums.count * sums.size));
      const dParameters = allocate(sums.size);
      const [source, target, cost] = [rowsOf(padded, first, shape.rows), gradients, dCost].map(bufferOf);
      runOnce(
        [
          backwardPass(spec, shape, bufferOf(kept), bufferOf(flipped), target!),
          sums.into(bufferOf(partial)),
          summing([{ ...sums, partial: bufferOf(partial) }], bufferOf(dParameters)),
        ],
        runBlock(run),
        (commands, uploads) => {
          commands.copy(source!, 0, target!, 4 * start, 4 * size);
          commands.copy(cost!, 0, uploads, D_COST_AT, 4);
        },
      );
      const dInitial = ownMaps(spec, shape.rows, shape.positions, tf.slice(gradients, start, size));
      return { dInitial, dParameters };
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
  for (const { kept } of trajectory) kept.dispose();
}

/** The packed weights; see {@linkcode packing}. */
export function packWeights(spec: RecurrenceSpec, parameters: tf.Tensor1D, flipped: boolean): tf.Tensor1D {
  return filled(
    packedSize(spec),
    (result) => packing(spec, bufferOf(parameters), bufferOf(result), flipped),
  );
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
