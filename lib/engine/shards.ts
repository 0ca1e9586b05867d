/** A training step's examples, divided into shards that threads take one by one. */
import { tf } from "../deps.ts";
import { type Batch, sliceBatch } from "../model/batch.ts";
import type { Network } from "../model/network.ts";
import { read } from "./device.ts";
import type { Gradient, Kernels, TensorKernels } from "./kernels.ts";
import type { GradientOptions, Shard } from "./step.ts";
import type { Pool } from "./workers/pool.ts";

/** The gradient of the mean loss over the batches. Its shards are spread over the pool, and summed in order. */
export async function batchGradient(
  kernels: Pick<TensorKernels, "divide" | "gradient">,
  network: Network,
  parameters: tf.Tensor1D,
  batches: readonly Batch[],
  options: GradientOptions,
  pool: Pool,
): Promise<Gradient> {
  const shards = shardsOf(kernels, network, batches, options);
  const gradients = sharedFloats(shards.length * parameters.size);
  const parts = await pool.run<Gradient>({
    count: shards.length,
    here: (piece) => kernels.gradient(network, parameters, shards[piece]!),
    job: async () => ({
      kind: "gradient",
      model: { network, parameters: await read(parameters) },
      ...{ shards, gradients },
    }),
    receive: ([metrics], piece) => ({
      gradient: tf.tensor1d(gradients.slice(piece * parameters.size, (piece + 1) * parameters.size)),
      metrics: tf.tensor1d(metrics!),
    }),
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

/** Numbers in memory that threads can share. */
export function sharedFloats(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * Float32Array.BYTES_PER_ELEMENT));
}

/**
 * Dropout whose rate is multiplied by 8/length where `length`, the number of positions of a batch, is above 8. The bins
 * of the code of Kaiser & Sutskever (March 2016) start at 8.
 */
export function dropoutByLength<D extends { readonly rate: number }>(dropout: D, length: number): D {
  return { ...dropout, rate: dropout.rate * Math.min(1, 8 / length) };
}

/** The shards of a step. */
export function shardsOf(
  kernels: Pick<Kernels, "divide">,
  network: Network,
  batches: readonly Batch[],
  options: GradientOptions,
): Shard[] {
  const { noise, rounds, saturationWeight, cleanShare = 0 } = options;
  const shards: Shard[] = [];
  let firstExample = 0;
  for (const batch of batches) {
    const totals = { rows: batch.rows, positions: batch.lengths.reduce((a, b) => a + b, 0) };
    const { rows, mixed } = kernels.divide(network, batch);
    const dropout = options.dropoutByLength
      ? options.dropout && dropoutByLength(options.dropout, batch.positions)
      : options.dropout;
    const clean = Math.round(cleanShare * batch.rows);
    for (let from = 0, to; from < batch.rows; from = to) {
      const isClean = from < clean && !mixed;
      to = Math.min(from + rows, isClean ? clean : batch.rows);
      shards.push({
        batch: sliceBatch(batch, from, to),
        options: {
          totals,
          dropout: isClean ? undefined : dropout && { ...dropout, firstExample: firstExample + from },
          noise: isClean ? undefined : noise && { ...noise, firstExample: firstExample + from },
          rounds,
          saturationWeight,
        },
        clean: mixed ? Math.max(0, Math.min(clean, to) - from) : undefined,
        batches: batches.length,
      });
    }
    firstExample += batch.rows;
  }
  return shards;
}
