/** A training on an engine. Parameters and moments stay on its device; each step gets batches and numbers. */
import type { Batch } from "../model/batch.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Network } from "../model/network.ts";
import type { StepMetrics } from "./metrics.ts";
import type { GradientOptions } from "./step.ts";
import type { Pool } from "./workers/pool.ts";

/** The settings that an optimizer reads. */
export type OptimizerSettings = Pick<Configuration, "optimizer" | "adam_epsilon" | "clip_norm">;

/** Options with which a training starts. */
export interface TrainingStart {
  /** What the parameters mean. */
  readonly network: Network;
  /** The optimizer's settings. */
  readonly optimizer: OptimizerSettings;
  /** The flat parameter vector. */
  readonly parameters: Float32Array;
  /** The optimizer's moments; zeros where absent. */
  readonly moments?: readonly [Float32Array, Float32Array] | undefined;
}

/** Options of one step. */
export interface TrainingStep {
  /** One batch, or several over which the loss is a mean. */
  readonly batches: readonly Batch[];
  /** All that the gradient depends on besides parameters and examples. */
  readonly options: GradientOptions;
  /** Weight of the squared distance between the parameter sets, where there are several. */
  readonly pull: number;
  /** The learning rate. */
  readonly learningRate: number;
  /** Number of the step, from 0, for the optimizer. */
  readonly step: number;
  /** Noise that is added to the clipped gradient; absent for none. */
  readonly gradientNoise?: Float32Array | undefined;
}

/** A training on an engine. */
export interface Training {
  /** How many parameters there are. */
  readonly size: number;
  /** Takes a step. Its metrics stay on the device until they are read together: a read waits for all that was begun. */
  step(step: TrainingStep): Promise<void>;
  /** Computes the metrics of a step, but neither gradient nor update: what a benchmark times as the forward pass. */
  forward(step: TrainingStep): Promise<void>;
  /** Reads the metrics of the steps since the last call, in order. */
  metrics(): Promise<StepMetrics[]>;
  /** The parameters' values. */
  parameters(): Promise<Float32Array>;
  /** The values of the parameters and of the optimizer's moments. */
  vectors(): Promise<{ parameters: Float32Array; moments: [Float32Array, Float32Array] }>;
  /** Frees what it holds on the device. */
  dispose(): void;
}

/** Starts a training before its first step. The pool's threads share the work. */
export type StartTraining = (start: TrainingStart, pool: Pool) => Training;
