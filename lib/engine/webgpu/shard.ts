/**
 * The gradient of the training loss for a shard, without a tape: some twelve kernels in place of some seventy, each of
 * which costs the CPU about as long as a GPU takes for many steps of the recurrence.
 */
import type { Network } from "../../model/network.ts";
import type { Shard } from "../step.ts";
import { embedding } from "./embed.ts";
import type { Block } from "./inputs.ts";
import { backwardPass, forwardPass, gradientsSize, trajectorySize } from "./passes.ts";
import type { Sequence } from "./program.ts";
import { projectionParts } from "./projections.ts";
import { outcomes, outcomeSize, stateGradient, summingMetrics } from "./read_out.ts";
import { type FusedRun, fusedRun, runBlock, type Tuning } from "./run.ts";
import type { StepBuffers } from "./step_buffers.ts";
import { summing } from "./sum_parts.ts";
import { weightParts } from "./weights.ts";

/** The shape of a shard, and what its kernels read besides. */
export function shardRun(
  { spec }: Network,
  { batch, options, clean = 0, batches }: Shard,
  tuning: Tuning,
): { shape: FusedRun; block: Block } {
  const { lengths, steps, positions, input, target } = batch;
  const { totals, dropout, noise, rounds, saturationWeight } = options;
  const saturation = saturationWeight !== 0;
  const run = { lengths, steps, batch: totals.rows, saturation, dropout, noise, rounds };
  const symbols = new Int32Array(input.length + target.length);
  symbols.set(input);
  symbols.set(target, input.length);
  return {
    shape: fusedRun(spec, run, positions, tuning),
    block: runBlock(run, clean, symbols, {
      dCost: saturationWeight / batches,
      scale: 1 / batches / totals.positions,
      perPosition: 1 / totals.positions,
      perRow: 1 / totals.rows,
    }),
  };
}

/** The forward pass of a shard and its metrics, which are added to others' where `adds`. */
export function forwardOf(
  network: Network,
  run: FusedRun,
  buffers: StepBuffers,
  adds: boolean,
): Sequence[] {
  const { spec } = network;
  const trajectory = buffers.get("trajectory", trajectorySize(spec, run));
  const found = buffers.get("found", run.rows * run.positions * outcomeSize(network));
  const { parameters, weights, metrics } = buffers;
  return [
    embedding(network, run, parameters, trajectory),
    forwardPass(spec, run, weights, trajectory),
    outcomes(network, run, { parameters, trajectory, found }),
    summingMetrics(network, run, { trajectory, found, metrics }, adds),
  ];
}

/** The gradient of a shard after its forward pass; it is added to others' where `adds`. */
export function gradientOf(
  network: Network,
  run: FusedRun,
  buffers: StepBuffers,
  adds: boolean,
): Sequence[] {
  const { spec } = network;
  const trajectory = buffers.get("trajectory", trajectorySize(spec, run));
  const found = buffers.get("found", run.rows * run.positions * outcomeSize(network));
  const gradients = buffers.get("gradients", gradientsSize(spec, run));
  const { parameters, flipped, gradient } = buffers;
  const lists = [
    weightParts(spec, run, trajectory, gradients),
    projectionParts(network, run, { parameters, trajectory, gradients, found }),
  ].map((parts, i) => ({ ...parts, partial: buffers.get(`partial ${i}`, parts.count * parts.size) }));
  return [
    stateGradient(network, run, { parameters, found, gradients }),
    backwardPass(spec, run, trajectory, flipped, gradients),
    ...lists.map(({ into, partial }) => into(partial)),
    summing(lists, gradient, adds),
  ];
}
