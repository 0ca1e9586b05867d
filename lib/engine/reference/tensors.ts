/** Trainings and inferences of kernels that take and yield tensors. */
import { tf } from "../../deps.ts";
import { read } from "../device.ts";
import type { Kernels, TensorKernels } from "../kernels.ts";
import { TensorModel } from "./model.ts";
import { ShardedTraining } from "./training.ts";

/** All of a backend whose kernels take and yield tensors. */
export type KernelsOnTensors = Kernels & TensorKernels;

/** Adds to a backend's kernels what is made of them. */
export function onTensors(
  kernels: TensorKernels & Pick<Kernels, "recurrence" | "capacity">,
): KernelsOnTensors {
  return {
    ...kernels,
    startTraining: (start, pool) => new ShardedTraining(kernels, pool, start),
    async shardGradient({ network, parameters }, shard, gradient) {
      const vector = tf.tensor1d(parameters);
      const own = kernels.gradient(network, vector, shard);
      const [values, metrics] = await Promise.all([read(own.gradient), read(own.metrics)]);
      tf.dispose([vector, own.gradient, own.metrics]);
      gradient.set(values);
      return metrics;
    },
    load: (weights) => new TensorModel(kernels, weights),
  };
}
