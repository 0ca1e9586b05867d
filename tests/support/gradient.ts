/** The gradient of a step, as a training takes it. */
import type { Kernels } from "../../lib/engine/kernels.ts";
import { GRADIENT_METRICS, type GradientMetric } from "../../lib/engine/metrics.ts";
import type { GradientOptions } from "../../lib/engine/step.ts";
import { alone } from "../../lib/engine/workers/pool.ts";
import type { Batch } from "../../lib/model/batch.ts";
import type { Network } from "../../lib/model/network.ts";

/** The gradient by the flat parameter vector, and the metrics in the order of {@linkcode GRADIENT_METRICS}. */
export async function gradientOf(
  kernels: Kernels,
  network: Network,
  parameters: Float32Array,
  batches: readonly Batch[],
  options: GradientOptions,
): Promise<[gradient: Float32Array, metrics: Float32Array]> {
  const optimizer = { optimizer: "adam", adam_epsilon: 1e-4, clip_norm: 0 } as const;
  const training = kernels.startTraining({ network, optimizer, parameters }, alone);
  await training.step({ batches, options, pull: 0, learningRate: 0.001, step: 0 });
  const [metrics] = await training.metrics();
  const { moments } = await training.vectors();
  training.dispose();
  const names = Object.keys(GRADIENT_METRICS) as GradientMetric[];
  return [
    moments[0].map((moment) => moment / 0.1), // a first moment that was zero is a tenth of the gradient
    Float32Array.from(names, (name) => metrics![name]),
  ];
}
