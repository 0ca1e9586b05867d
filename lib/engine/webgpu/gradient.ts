/**
 * The gradient of the training loss on WebGPU, without a tape: some fifteen kernels in place of some seventy, each of
 * which costs the CPU about as long as a GPU takes for many steps of the recurrence.
 */
import { tf } from "../../deps.ts";
import { examplesThatFit } from "./recurrence.ts";
import { packWeights } from "./pack.ts";
import { largestBuffer } from "./program.ts";
import { backwardPass, forwardPass } from "./passes.ts";
import { type FusedRun, fusedRun, type Tuning } from "./run.ts";
import { sumParts } from "./sum_parts.ts";
import { weightParts } from "./weights.ts";
import type { Batch } from "../../model/batch.ts";
import type { Network } from "../../model/network.ts";
import type { StepOptions } from "../step.ts";
import { embedOnWebGPU } from "./embed.ts";
import { projectionParts } from "./projections.ts";
import { metricsOf, outcomes, stateGradient } from "./read_out.ts";

/** The most examples of a batch that `gradientOnWebGPU` takes with buffers of `bytes`; 0 where it cannot take one. */
export function examplesTogether(
  { spec }: Network,
  { positions, steps, lengths }: Pick<Batch, "positions" | "steps" | "lengths">,
  bytes: number = largestBuffer(),
): number {
  return examplesThatFit(spec, { lengths, steps, batch: 1, saturation: true }, positions, bytes);
}

/**
 * Options of a step on WebGPU. Its first `clean` examples have neither dropout nor noise; its loss is multiplied by
 * `scale`.
 */
export type WebGPUStep = StepOptions & {
  readonly clean: number;
  readonly scale: number;
  readonly tuning?: Tuning | undefined;
};

/** The forward pass of a step, with all that its gradient is made from. */
function forwardOnWebGPU(
  network: Network,
  run: FusedRun,
  parameters: tf.Tensor1D,
  batch: Batch,
  { totals, scale }: WebGPUStep,
) {
  const { spec } = network;
  const both = new Int32Array(2 * batch.input.length);
  both.set(batch.input);
  both.set(batch.target, batch.input.length);
  const symbols = tf.tensor1d(both, "int32");
  const initial = embedOnWebGPU(network, run, parameters, symbols);
  const trajectory = forwardPass(spec, run, initial, packWeights(spec, parameters, false));
  const perPosition = scale / totals.positions;
  const found = outcomes(network, run, { parameters, symbols, trajectory, scale: perPosition });
  const { rows: totalRows, positions: totalPositions } = totals;
  const metrics = metricsOf(network, run, { found, trajectory, totalRows, totalPositions });
  return { symbols, trajectory, found, metrics };
}

/** Returns what `use` computes of a run, and frees the run. */
function withRun<T extends tf.TensorContainer>(
  { spec }: Network,
  { lengths, steps, positions }: Batch,
  { totals, dropout, noise, rounds, saturationWeight, clean, tuning }: WebGPUStep,
  use: (run: FusedRun) => T,
): T {
  const saturation = saturationWeight !== 0;
  const run = fusedRun(
    spec,
    { lengths, steps, batch: totals.rows, saturation, dropout, noise, rounds },
    positions,
    clean,
    tuning,
  );
  try {
    return tf.tidy(() => use(run));
  } finally {
    run.rowInfo.dispose();
  }
}

/** The metrics of `trainingLoss`, without a gradient. */
export function metricsOnWebGPU(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: WebGPUStep,
): tf.Tensor1D {
  return withRun(
    network,
    batch,
    options,
    (run) => forwardOnWebGPU(network, run, parameters, batch, options).metrics,
  );
}

/** The gradient of `trainingLoss` by the flat parameter vector, times `scale`, and the metrics. */
export function gradientOnWebGPU(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: WebGPUStep,
): { gradient: tf.Tensor1D; metrics: tf.Tensor1D } {
  const { spec } = network;
  return withRun(network, batch, options, (run) => {
    const { symbols, trajectory, found, metrics } = forwardOnWebGPU(network, run, parameters, batch, options);
    const dCost = tf.scalar(options.scale * options.saturationWeight);
    const dState = stateGradient(network, run, parameters, found);
    const flipped = packWeights(spec, parameters, true);
    const gradients = backwardPass(spec, run, trajectory, flipped, dState, dCost);
    const gradient = sumParts([
      weightParts(spec, run, trajectory, gradients),
      projectionParts(network, run, { parameters, symbols, trajectory, gradients, found, dCost }),
    ]);
    return { gradient, metrics };
  });
}
