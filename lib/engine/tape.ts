/** Gradients by tfjs's own tape, except that of the recurrence, which the engine computes. */
import { tf } from "../deps.ts";
import type { Network } from "../model/network.ts";
import type { Division, Gradient, TensorKernels } from "./kernels.ts";
import { trainingLoss } from "./network.ts";
import type { Recurrence } from "./operation.ts";
import type { Shard } from "./step.ts";

/**
 * The number of examples of a shard on the CPU. Shards are summed in order, so the result does not depend on how they
 * are spread over workers. The memory that a step of 8 examples uses stays in the cache.
 */
export const SHARD = 8;

/**
 * The kernels of an engine that the tape provides. For the backward pass the recurrence keeps at least `statesKept` states
 * for each application of a cell.
 */
export function onTape(
  recurrence: Recurrence,
  statesKept: number,
): Pick<TensorKernels, "divide" | "gradient" | "metrics"> {
  return {
    divide: (): Division => ({ rows: SHARD, mixed: false, statesKept }),
    metrics: (network: Network, parameters: tf.Tensor1D, { batch, options }: Shard) =>
      tf.tidy(() => trainingLoss(recurrence, network, parameters, batch, options).metrics),
    gradient: (network: Network, parameters: tf.Tensor1D, { batch, options, batches }: Shard): Gradient =>
      tf.tidy(() => {
        let metrics: tf.Tensor1D | undefined;
        const { grad } = tf.valueAndGrad((vector) => {
          const outcome = trainingLoss(recurrence, network, vector as tf.Tensor1D, batch, options);
          metrics = tf.keep(outcome.metrics);
          return tf.div(outcome.loss, batches) as tf.Scalar;
        })(parameters);
        const own = { gradient: grad as tf.Tensor1D, metrics: metrics!.clone() };
        metrics!.dispose();
        return own;
      }),
  };
}
