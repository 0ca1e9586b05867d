/** What an engine computes within one thread. The folders reference/, wasm/ and webgpu/ each have one. */
import type { tf } from "../deps.ts";
import type { Batch } from "../model/batch.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Network } from "../model/network.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { Recurrence } from "./operation.ts";
import type { Dropout, RowSteps, StateNoise } from "./run.ts";

/** What an engine computes within one thread, on tensors of the tfjs backend that runs. */
export interface Kernels {
  /** The recurrence, differentiable. */
  readonly recurrence: Recurrence;
  /** Starts an inference. */
  readonly startInference: StartStepper;
  /** How a batch is divided into shards, whose gradients are taken one by one. */
  divide(network: Network, batch: Pick<Batch, "rows" | "positions" | "lengths" | "steps">): Division;
  /** A shard's part of the step's gradient, and of its metrics. */
  gradient(network: Network, parameters: tf.Tensor1D, shard: Shard): Gradient;
  /** A shard's part of the step's metrics alone. */
  metrics(network: Network, parameters: tf.Tensor1D, shard: Shard): tf.Tensor1D;
  /** The optimizer's step. */
  readonly update: Update;
  /** What it takes at once, and how much memory for that. */
  readonly capacity: Capacity;
}

/** How a batch is divided into shards. */
export interface Division {
  /** Rows of a shard, at most. */
  readonly rows: number;
  /** Whether a shard may hold rows with dropout and noise beside rows without. */
  readonly mixed: boolean;
}

/** What belongs to one training step and not to the model. */
export interface StepOptions {
  /** Rows and counted positions of the whole batch, of which this may be a shard. */
  readonly totals: { readonly rows: number; readonly positions: number };
  /** Absent where nothing is dropped. */
  readonly dropout: Dropout | undefined;
  /** Absent where no noise is added to the state. */
  readonly noise?: StateNoise | undefined;
  /** Weight of the saturation cost; where it is 0 the cost is not computed, and reported as 0. */
  readonly saturationWeight: number;
}

/** Some of a step's examples, and what their gradient depends on beside the parameters. */
export interface Shard {
  /** The examples. */
  readonly batch: Batch;
  /** What belongs to the step. */
  readonly options: StepOptions;
  /** How many of its rows, the first ones, have neither dropout nor noise; undefined of a {@linkcode Division} that does not mix them. */
  readonly clean: number | undefined;
  /** Batches of the step, over which the loss is a mean. */
  readonly batches: number;
}

/** A gradient of the loss, and the sums of the metrics. */
export interface Gradient {
  /** By the flat parameter vector. */
  readonly gradient: tf.Tensor1D;
  /** The sums, in the order of `GRADIENT_METRICS`. */
  readonly metrics: tf.Tensor1D;
}

/** An inference on its way: holds the state, and takes it on step by step. */
export interface Stepper {
  /**
   * Takes steps from step t on, as many at once as suit it but at most `most`, and yields how many those were. Rows
   * that have taken all of their steps stay as they are.
   */
  advance(t: number, most: number): number;
  /** Waits until the device has computed the state. Throws a `RunError` where it has failed. */
  settle(): Promise<void>;
  /** The state as `[rows, width, positions, maps]`. */
  end(): tf.Tensor4D;
  /** Frees the state and what the steps needed. */
  dispose(): void;
}

/** Starts an inference from `initial`, `[rows, width, positions, maps]`. */
export type StartStepper = (
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
) => Stepper;

/** The settings that an optimizer reads. */
export type OptimizerSettings = Pick<Configuration, "optimizer" | "adam_epsilon" | "clip_norm">;

/** Numbers of one update, worked out by the caller. */
export interface UpdateNumbers {
  /** The learning rate; for Adam with the bias correction folded in. */
  readonly rate: number;
  /** Decay of the second moment. */
  readonly beta2: number;
}

/**
 * Parameters and moments after an update, and the norm of the gradient before clipping. Noise is added to the gradient
 * once its norm is clipped, as in the code of Kaiser & Sutskever.
 */
export type Update = (
  settings: OptimizerSettings,
  numbers: UpdateNumbers,
  vectors: { readonly parameters: tf.Tensor1D; readonly first: tf.Tensor1D; readonly second: tf.Tensor1D },
  gradient: tf.Tensor1D,
  noise?: tf.Tensor1D,
) => [parameters: tf.Tensor1D, norm: tf.Scalar, first: tf.Tensor1D, second: tf.Tensor1D];

/** What kernels take at once, and how much memory for that. */
export interface Capacity {
  /** Whether several threads, each with kernels of its own, are faster than one. */
  readonly threads: boolean;
  /** Elements of a state that inference computes at once: on a CPU what stays in its cache, on a GPU what fills it. */
  readonly elements: number;
  /** Products by a tap of the filters after which an evaluation can be stopped and resumed: seconds of work. */
  readonly products: number;
  /** Maps of a state as the kernels hold it. */
  maps(spec: RecurrenceSpec): number;
  /** States that inference holds in one tensor. */
  readonly statesInTensor: number;
  /** States that training keeps for each application of a cell, at least. */
  readonly statesKept: number;
}
