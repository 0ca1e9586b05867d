/** The reference: slow and readable, for every tfjs backend. It takes over where other kernels cannot. */
import { tf } from "../../deps.ts";
import { read } from "../device.ts";
import type { Kernels, TensorKernels } from "../kernels.ts";
import { onTape } from "../tape.ts";
import { TensorModel } from "./model.ts";
import { update } from "./optimizer.ts";
import { referenceRecurrence } from "./recurrence.ts";
import { referenceStepper } from "./stepper.ts";
import { ShardedTraining } from "./training.ts";

/** States that the tape keeps for an application of a cell, at least: 117 and 194 were measured for two presets. */
export const STATES_KEPT = 100;

const kernels: TensorKernels = {
  startInference: referenceStepper,
  ...onTape(referenceRecurrence, STATES_KEPT),
  update,
};

/** Kernels of tfjs's operations and its tape. */
export const reference: Kernels & TensorKernels = {
  ...kernels,
  recurrence: referenceRecurrence,
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
  capacity: {
    threads: true,
    elements: 2 ** 16,
    products: 2 ** 26,
    maps: ({ maps }) => maps,
    statesInTensor: () => 1,
  },
};
