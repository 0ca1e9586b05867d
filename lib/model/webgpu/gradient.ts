/**
 * The gradient of the training loss on WebGPU, without a tape: some fifteen kernels in place of some seventy, each of
 * which costs the CPU about as long as a GPU takes for many steps of the recurrence.
 */
import { tf } from "../../deps.ts";
import { rowsThatFit } from "../../recurrence/webgpu/mod.ts";
import { packWeights } from "../../recurrence/webgpu/pack.ts";
import { largestBuffer } from "../../recurrence/webgpu/program.ts";
import { backwardPass, forwardPass } from "../../recurrence/webgpu/passes.ts";
import { fusedRun } from "../../recurrence/webgpu/run.ts";
import { sumParts } from "../../recurrence/webgpu/sum_parts.ts";
import { weightParts } from "../../recurrence/webgpu/weights.ts";
import type { Batch } from "../batch.ts";
import type { Network, StepOptions } from "../network.ts";
import { embedOnWebGPU } from "./embed.ts";
import { projectionParts } from "./projections.ts";
import { metricsOf, outcomes, stateGradient } from "./read_out.ts";

/** Rows of a batch that `gradientOnWebGPU` takes at most: 0 where it cannot take one. */
export function rowsTogether({ spec }: Network, { positions, steps, lengths }: Batch): number {
  return rowsThatFit(spec, { lengths, steps, batch: 1, saturation: true }, positions, largestBuffer());
}

/**
 * The gradient of `trainingLoss` by the flat parameter vector, times `scale`, and the metrics. The batch's first `clean`
 * rows have neither dropout nor noise.
 */
export function gradientOnWebGPU(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: StepOptions & { readonly clean: number; readonly scale: number },
): { gradient: tf.Tensor1D; metrics: tf.Tensor1D } {
  const { spec } = network;
  const { positions, lengths, steps } = batch;
  const { totals, dropout, noise, saturationWeight, clean, scale } = options;
  const run = fusedRun(
    spec,
    { lengths, steps, batch: totals.rows, saturation: saturationWeight !== 0, dropout, noise },
    positions,
    clean,
  );
  const [gradient, metrics] = tf.tidy(() => {
    const both = new Int32Array(2 * batch.input.length);
    both.set(batch.input);
    both.set(batch.target, batch.input.length);
    const symbols = tf.tensor1d(both, "int32");
    const dCost = tf.scalar(scale * saturationWeight);

    const initial = embedOnWebGPU(network, run, parameters, symbols);
    const trajectory = forwardPass(spec, run, initial, packWeights(spec, parameters, false));
    const perPosition = scale / totals.positions;
    const found = outcomes(network, run, { parameters, symbols, trajectory, scale: perPosition });
    const { rows: totalRows, positions: totalPositions } = totals;
    const metrics = metricsOf(network, run, { found, trajectory, totalRows, totalPositions });
    const dState = stateGradient(network, run, parameters, found);
    const flipped = packWeights(spec, parameters, true);
    const gradients = backwardPass(spec, run, trajectory, flipped, dState, dCost);
    const gradient = sumParts([
      weightParts(spec, run, trajectory, gradients),
      projectionParts(network, run, { parameters, symbols, trajectory, gradients, found, dCost }),
    ]);
    return [gradient, metrics];
  });
  run.rowInfo.dispose();
  return { gradient, metrics };
}
