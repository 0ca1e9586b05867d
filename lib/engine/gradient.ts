import { read } from "./backend.ts";
import { tf } from "../deps.ts";
import { type Batch, sliceBatch } from "../model/batch.ts";
import { type Network, type StepOptions, trainingLoss } from "./reference/network.ts";
import { gradientOnWebGPU, metricsOnWebGPU, rowsTogether } from "./webgpu/gradient.ts";
import { implementation } from "./recurrence.ts";
import type { Dropout, StateNoise } from "../model/recurrence_spec.ts";
import type { Pool } from "./workers/pool.ts";

/**
 * Examples whose gradients make one sum on the CPU. Shards are summed in order, so the result does not depend on how
 * they are spread over workers; and what a step of 8 examples touches stays in the cache.
 */
export const SHARD = 8;

/** What one training step needs beside parameters and examples. */
export interface GradientOptions {
  /** Drops units; `firstExample` is counted on over the batches. Absent for no dropout. */
  readonly dropout: Omit<Dropout, "firstExample"> | undefined;
  /** Whether the share dropped is {@linkcode dropoutByLength} of that. */
  readonly dropoutByLength?: boolean | undefined;
  /** Share of each batch's examples, its first ones, that have neither dropout nor noise. */
  readonly cleanShare?: number | undefined;
  /** Noise on the state; absent for none. */
  readonly noise?: Omit<StateNoise, "firstExample"> | undefined;
  /** Weight of the saturation cost; where it is 0 the cost is not computed. */
  readonly saturationWeight: number;
}

/** A gradient of the loss, and the sums of the metrics (see `METRICS`). */
export interface Gradient {
  /** By the flat parameter vector. */
  readonly gradient: tf.Tensor1D;
  /** The sums. */
  readonly metrics: tf.Tensor1D;
}

/** Some of a step's examples, and what their gradient depends on beside the parameters. */
export interface Shard {
  /** The examples. */
  readonly batch: Batch;
  /** What belongs to the step. */
  readonly options: StepOptions;
  /** The first of its rows that have neither dropout nor noise; undefined where the tape takes all rows alike. */
  readonly clean: number | undefined;
  /** Batches of the step, over which the loss is a mean. */
  readonly batches: number;
}

/** The gradient of the mean loss over the batches. Its shards are spread over the pool, and summed in order. */
export async function batchGradient(
  network: Network,
  parameters: tf.Tensor1D,
  batches: readonly Batch[],
  options: GradientOptions,
  pool: Pool,
): Promise<Gradient> {
  const shards = shardsOf(network, batches, options);
  const parts = await pool.run<Gradient>({
    count: shards.length,
    here: (task) => shardGradient(network, parameters, shards[task]!),
    job: async () => ({
      kind: "gradient",
      model: { network, parameters: await read(parameters) },
      shards,
    }),
    receive: ([gradient, metrics]) => ({ gradient: tf.tensor1d(gradient!), metrics: tf.tensor1d(metrics!) }),
  });
  return parts.reduce((before, own) => {
    const sum = {
      gradient: tf.add(before.gradient, own.gradient) as tf.Tensor1D,
      metrics: tf.add(before.metrics, own.metrics) as tf.Tensor1D,
    };
    tf.dispose([before.gradient, before.metrics, own.gradient, own.metrics]);
    return sum;
  });
}

/**
 * Dropout whose rate is times 8/length, where `length` is the number of positions of a batch, if that is above 8: the
 * bins of the code of Kaiser & Sutskever (March 2016) start there.
 */
export function dropoutByLength<D extends { readonly rate: number }>(dropout: D, length: number): D {
  return { ...dropout, rate: dropout.rate * Math.min(1, 8 / length) };
}

/** The shards of a step. A GPU takes as much of a batch at once as fits in its buffers. */
export function shardsOf(
  network: Network,
  batches: readonly Batch[],
  options: GradientOptions,
): Shard[] {
  const { noise, saturationWeight, cleanShare = 0 } = options;
  const shards: Shard[] = [];
  let firstExample = 0;
  for (const batch of batches) {
    const totals = { rows: batch.rows, positions: batch.lengths.reduce((a, b) => a + b, 0) };
    const together = rowsWithoutTape(network, batch);
    const rows = together > 0 ? together : tf.getBackend() === "webgpu" ? batch.rows : SHARD;
    const dropout = options.dropoutByLength
      ? options.dropout && dropoutByLength(options.dropout, batch.positions)
      : options.dropout;
    const clean = Math.round(cleanShare * batch.rows);
    for (let from = 0, to; from < batch.rows; from = to) {
      const isClean = from < clean && together === 0;
      to = Math.min(from + rows, isClean ? clean : batch.rows);
      shards.push({
        batch: sliceBatch(batch, from, to),
        options: {
          totals,
          dropout: isClean ? undefined : dropout && { ...dropout, firstExample: firstExample + from },
          noise: isClean ? undefined : noise && { ...noise, firstExample: firstExample + from },
          saturationWeight,
        },
        clean: together === 0 ? undefined : Math.max(0, Math.min(clean, to) - from),
        batches: batches.length,
      });
    }
    firstExample += batch.rows;
  }
  return shards;
}

/** Rows whose gradient is taken at once by kernels that need no tape; 0 where there are none such. */
function rowsWithoutTape(network: Network, batch: Batch): number {
  return tf.getBackend() === "webgpu" && implementation() === "fused" ? rowsTogether(network, batch) : 0;
}

/** A shard's part of the step's metrics, without a gradient. */
export function shardMetrics(network: Network, parameters: tf.Tensor1D, shard: Shard): tf.Tensor1D {
  const { batch, options, clean } = shard;
  return clean === undefined
    ? tf.tidy(() => trainingLoss(network, parameters, batch, options).metrics)
    : metricsOnWebGPU(network, parameters, batch, { ...options, clean, scale: 1 });
}

/** A shard's part of the step's gradient. */
export function shardGradient(network: Network, parameters: tf.Tensor1D, shard: Shard): Gradient {
  const { batch, options, clean, batches } = shard;
  if (clean !== undefined) {
    return gradientOnWebGPU(network, parameters, batch, { ...options, clean, scale: 1 / batches });
  }
  return tf.tidy(() => {
    let metrics: tf.Tensor1D | undefined;
    const { grad } = tf.valueAndGrad((vector) => {
      const outcome = trainingLoss(network, vector as tf.Tensor1D, batch, options);
      metrics = tf.keep(outcome.metrics);
      return tf.div(outcome.loss, batches) as tf.Scalar;
    })(parameters);
    const own = { gradient: grad as tf.Tensor1D, metrics: metrics!.clone() };
    metrics!.dispose();
    return own;
  });
}
