/** A training on any tfjs backend. */
import { tf } from "../../deps.ts";
import type { Network } from "../../model/network.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { read } from "../device.ts";
import type { TensorKernels } from "../kernels.ts";
import { GRADIENT_METRICS, readStepMetrics, STEP_METRICS, type StepMetrics } from "../metrics.ts";
import { Optimizer } from "../optimizer.ts";
import { batchGradient, shardsOf } from "../shards.ts";
import type { Training, TrainingStart, TrainingStep } from "../training.ts";
import type { Pool } from "../workers/pool.ts";

/** A training whose gradient is computed shard by shard, spread over a pool; all else is tfjs's operations. */
export class ShardedTraining implements Training {
  readonly #kernels: TensorKernels;
  readonly #pool: Pool;
  readonly #network: Network;
  readonly #optimizer: Optimizer;
  #parameters: tf.Tensor1D;
  /** The metrics of steps that were not read yet. */
  #pending: tf.Tensor1D[] = [];

  /** Starts a training before its first step. */
  constructor(
    kernels: TensorKernels,
    pool: Pool,
    { network, optimizer, parameters, moments }: TrainingStart,
  ) {
    this.#kernels = kernels;
    this.#pool = pool;
    this.#network = network;
    this.#parameters = tf.tensor1d(parameters);
    this.#optimizer = new Optimizer(kernels, optimizer, parameters.length, moments);
  }

  /** Takes a step. Its metrics stay on the device until they are read together. */
  async step({ batches, options, pull, learningRate, step, gradientNoise }: TrainingStep): Promise<void> {
    const [network, parameters] = [this.#network, this.#parameters];
    const { gradient: own, metrics } = await batchGradient(
      this.#kernels,
      network,
      parameters,
      batches,
      options,
      this.#pool,
    );
    const { gradient, distance } = withPull(network.spec, parameters, own, pull);
    const noise = gradientNoise && tf.tensor1d(gradientNoise);
    const update = this.#optimizer.update(parameters, gradient, learningRate, step, noise);
    this.#parameters = update.parameters;
    this.#note(metrics, batches.length, update.gradientNorm, distance);
    tf.dispose([parameters, gradient, distance, update.gradientNorm, ...(noise ? [noise] : [])]);
  }

  forward({ batches, options }: TrainingStep): Promise<void> {
    const shards = shardsOf(this.#kernels, this.#network, batches, options);
    const parts = shards.map((shard) => this.#kernels.metrics(this.#network, this.#parameters, shard));
    const none = tf.scalar(0);
    this.#note(tf.addN(parts), batches.length, none, none);
    tf.dispose([...parts, none]);
    return Promise.resolve();
  }

  /** Notes the metrics of a step: the sums over its shards, which are freed, and those of the update. */
  #note(sums: tf.Tensor1D, batches: number, norm: tf.Scalar, distance: tf.Scalar): void {
    this.#pending.push(tf.tidy(() =>
      tf.concat1d([
        tf.mul(sums, tf.tensor1d(shares(batches))),
        tf.reshape(norm, [1]),
        tf.reshape(distance, [1]),
      ])
    ));
    sums.dispose();
  }

  /** Reads the metrics of the steps since the last call, in order. */
  async metrics(): Promise<StepMetrics[]> {
    if (this.#pending.length === 0) return [];
    const pending = this.#pending;
    this.#pending = [];
    const stacked = tf.stack(pending);
    tf.dispose(pending);
    const numbers = await read(stacked);
    stacked.dispose();
    const size = STEP_METRICS.length;
    return pending.map((_, i) => readStepMetrics(numbers.subarray(i * size, (i + 1) * size)));
  }

  /** How many parameters there are. */
  get size(): number {
    return this.#parameters.size;
  }

  /** The parameters' values. */
  async parameters(): Promise<Float32Array> {
    return await read(this.#parameters);
  }

  /** The values of the parameters and of the optimizer's moments. */
  async vectors(): Promise<{ parameters: Float32Array; moments: [Float32Array, Float32Array] }> {
    const [parameters, moments] = await Promise.all([this.parameters(), this.#optimizer.moments()]);
    return { parameters, moments };
  }

  /** Frees the tensors of the training. */
  dispose(): void {
    tf.dispose([this.#parameters, ...this.#pending]);
    this.#optimizer.dispose();
  }
}

/** The factors on the sums of the metrics over a number of batches. */
function shares(batches: number): number[] {
  return Object.values(GRADIENT_METRICS).map((adds) => adds === "mean" ? 1 / batches : 1);
}

/** Adds the pull between the sets to a gradient, which is freed. */
function withPull(
  spec: RecurrenceSpec,
  parameters: tf.Tensor1D,
  gradient: tf.Tensor1D,
  weight: number,
): { gradient: tf.Tensor1D; distance: tf.Scalar } {
  if (spec.sets === 1) return { gradient, distance: tf.scalar(0) };
  const pull = pullOf(spec, parameters, weight);
  const sum: tf.Tensor1D = tf.add(gradient, pull.gradient);
  tf.dispose([gradient, pull.gradient]);
  return { gradient: sum, distance: pull.distance };
}

/** The pull between the sets. */
export interface Pull {
  /** Σ (p − mean over the sets)² over all parameters p of all sets, a scalar. */
  readonly distance: tf.Scalar;
  /** The gradient of weight × distance, by the flat parameter vector: 2·weight·(p − mean), and 0 beyond the sets. */
  readonly gradient: tf.Tensor1D;
}

/** The pull at `parameters`, the flat vector. The gradient through the mean is zero, as the differences sum to zero. */
export function pullOf(spec: RecurrenceSpec, parameters: tf.Tensor1D, weight: number): Pull {
  const [distance, gradient] = tf.tidy(() => {
    const size = recurrenceSize(spec);
    const sets = tf.reshape(tf.slice(parameters, 0, size), [spec.sets, size / spec.sets]);
    const apart = tf.sub(sets, tf.mean(sets, 0, true));
    const gradient = tf.pad(tf.reshape(tf.mul(apart, 2 * weight), [size]), [[0, parameters.size - size]]);
    return [tf.sum(tf.square(apart)), gradient];
  });
  return { distance: distance as tf.Scalar, gradient: gradient as tf.Tensor1D };
}
