import { tf } from "../deps.ts";
import { type Batch, sliceBatch } from "../model/batch.ts";
import { type Network, trainingLoss } from "../model/network.ts";
import type { Dropout } from "../recurrence/spec.ts";

/**
 * Examples whose gradients make one sum on the CPU. Shards are summed in order, so the result does not depend on how
 * they are spread over workers; and what a step of 8 examples touches stays in the cache.
 */
export const SHARD = 8;

/** What one training step needs beside parameters and examples. */
export interface GradientOptions {
  /** Drops units; `firstExample` is counted on over the batches. Absent for no dropout. */
  readonly dropout: Omit<Dropout, "firstExample"> | undefined;
  /** Weight of the saturation cost. */
  readonly saturationWeight: number;
}

/** The gradient of the mean loss over the batches, and the sums of their metrics (see `METRICS`). */
export function batchGradient(
  network: Network,
  parameters: tf.Tensor1D,
  batches: readonly Batch[],
  options: GradientOptions,
): { gradient: tf.Tensor1D; metrics: tf.Tensor1D } {
  let sums: { gradient: tf.Tensor1D; metrics: tf.Tensor1D } | undefined;
  let firstExample = 0;
  for (const batch of batches) {
    const totals = { rows: batch.rows, positions: batch.lengths.reduce((a, b) => a + b, 0) };
    const shard = tf.getBackend() === "webgpu" ? batch.rows : SHARD;
    for (let from = 0; from < batch.rows; from += shard) {
      const part = sliceBatch(batch, from, Math.min(from + shard, batch.rows));
      const before = sums;
      sums = tf.tidy(() => {
        let metrics: tf.Tensor1D | undefined;
        const { grad } = tf.valueAndGrad((vector) => {
          const outcome = trainingLoss(network, vector as tf.Tensor1D, part, {
            totals,
            dropout: options.dropout && { ...options.dropout, firstExample: firstExample + from },
            saturationWeight: options.saturationWeight,
          });
          metrics = tf.keep(outcome.metrics);
          return tf.div(outcome.loss, batches.length) as tf.Scalar;
        })(parameters);
        const own = { gradient: grad as tf.Tensor1D, metrics: metrics!.clone() };
        metrics!.dispose();
        return before === undefined ? own : {
          gradient: tf.add(before.gradient, own.gradient) as tf.Tensor1D,
          metrics: tf.add(before.metrics, own.metrics) as tf.Tensor1D,
        };
      });
      tf.dispose(before === undefined ? [] : [before.gradient, before.metrics]);
    }
    firstExample += batch.rows;
  }
  return sums!;
}
