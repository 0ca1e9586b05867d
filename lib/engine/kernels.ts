/** The computations of an engine within one thread. The folders reference/, wasm/ and webgpu/ each implement them. */
import type { tf } from "../deps.ts";
import type { Batch } from "../model/batch.ts";
import type { Network, Weights } from "../model/network.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { Recurrence } from "./operation.ts";
import type { RowSteps } from "./run.ts";
import type { LoadedModel } from "./shares.ts";
import type { Shard } from "./step.ts";
import type { OptimizerSettings, StartTraining } from "./training.ts";

/** The computations of an engine within one thread. */
export interface Kernels {
  /** The recurrence, differentiable. */
  readonly recurrence: Recurrence;
  /** Starts a training. */
  readonly startTraining: StartTraining;
  /**
   * Writes a shard's part of a step's gradient to `gradient`, for a training in another thread, and returns that of its
   * metrics. Parameters and gradient are as the backend's trainings hold them. Absent where one thread computes.
   */
  shardGradient?(weights: Weights, shard: Shard, gradient: Float32Array): Promise<Float32Array>;
  /** Takes a model's parameters to the device. */
  load(weights: Weights): LoadedModel;
  /** Says how a batch is divided into shards, whose gradients are computed one by one. */
  divide(network: Network, batch: Pick<Batch, "rows" | "positions" | "lengths" | "steps">): Division;
  /** How much these kernels compute at once, and how much memory they need. */
  readonly capacity: Capacity;
}

/** Kernels on tensors of the tfjs backend that runs, of which the reference makes trainings and inferences. */
export interface TensorKernels extends Pick<Kernels, "divide"> {
  /** Starts an inference. */
  readonly startInference: StartStepper;
  /** Computes a shard's part of the step's gradient, and of its metrics. */
  gradient(network: Network, parameters: tf.Tensor1D, shard: Shard): Gradient;
  /** Computes a shard's part of the step's metrics, without a gradient. */
  metrics(network: Network, parameters: tf.Tensor1D, shard: Shard): tf.Tensor1D;
  /** Computes the optimizer's step. */
  readonly update: Update;
}

/** How a batch is divided into shards. */
export interface Division {
  /** The most examples of a shard. */
  readonly rows: number;
  /** Whether a shard may have both examples with dropout and noise and examples without. */
  readonly mixed: boolean;
  /** The least number of states that training keeps for each application of a cell. */
  readonly statesKept: number;
}

/** A gradient of the loss, and the sums of the metrics. */
export interface Gradient {
  /** By the flat parameter vector. */
  readonly gradient: tf.Tensor1D;
  /** The sums, in the order of `GRADIENT_METRICS`. */
  readonly metrics: tf.Tensor1D;
}

/** A running inference, which holds the state and computes it step by step. */
export interface Stepper {
  /**
   * Takes some steps, at most `most`, beginning with step t, and returns how many. Examples that have taken all of their
   * steps stay as they are.
   */
  advance(t: number, most: number): number;
  /** Waits until the device has computed the state. Throws a `RunError` where it has failed. */
  settle(): Promise<void>;
  /** The state after the steps so far, `[rows, width, positions, maps]`, as a tensor of the caller's. */
  state(): tf.Tensor4D;
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

/** Numbers of one update, which the caller computes. */
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

/** How much kernels compute at once, and how much memory they need. */
export interface Capacity {
  /** Whether several threads, each with kernels of its own, are faster than one. */
  readonly threads: boolean;
  /**
   * Elements of a state that inference computes at once: on a CPU as many as stay in its cache, on a GPU as many as use
   * all of it.
   */
  readonly elements: number;
  /**
   * Multiplications for one tap of the filters after which an evaluation can be stopped and resumed: some seconds of
   * work.
   */
  readonly products: number;
  /** Maps of a state in the kernels' memory, which may be padded. */
  maps(spec: RecurrenceSpec): number;
  /** States that inference holds in one tensor. */
  statesInTensor(spec: RecurrenceSpec): number;
}
