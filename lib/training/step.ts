/** One step of training: the batches' gradient, the pull between parameter sets, noise, and the optimizer's update. */
import { tf } from "../deps.ts";
import type { Configuration } from "../model/configuration.ts";
import { METRICS, type Network } from "../engine/reference/network.ts";
import { sum } from "../statistics.ts";
import type { Pool } from "../engine/workers/pool.ts";
import type { StepBatches } from "./examples/curriculum.ts";
import { batchGradient } from "../engine/gradient.ts";
import { gradientNoise, noiseDeviation } from "./rules/noise.ts";
import type { Optimizer } from "../engine/reference/optimizer.ts";
import { pullOf } from "./rules/relaxation.ts";
import { learningRate } from "./rules/schedule.ts";
import type { StepRecord, TrainingState } from "./state.ts";

/** What a step needs beside its batches. */
export interface StepContext {
  /** Every setting. */
  readonly configuration: Configuration;
  /** What the parameters mean. */
  readonly network: Network;
  /** The flat parameter vector; `takeStep` frees it. */
  readonly parameters: tf.Tensor1D;
  /** The optimizer, whose moments move on. */
  readonly optimizer: Optimizer;
  /** The run as it was before the step. */
  readonly state: TrainingState;
  /** The attempt's seed. */
  readonly seed: number;
  /** The threads that run. */
  readonly pool: Pool;
}

/** A step whose metrics are still on the device. */
export interface PendingStep {
  /** What is known of it. */
  readonly record: Omit<StepRecord, "values">;
  /** {@linkcode STEP_VALUES} numbers: `METRICS`, the gradient's norm, the squared distance between the sets. */
  readonly values: tf.Tensor1D;
}

/** See {@linkcode PendingStep.values}. */
export const STEP_VALUES: number = METRICS.length + 2;

/** Takes a step: the parameters after it, and its metrics. Nothing is read from the device. */
export async function takeStep(
  context: StepContext,
  { size, batches }: StepBatches,
): Promise<{ parameters: tf.Tensor1D; pending: PendingStep }> {
  const { configuration, network, parameters, optimizer, state, seed, pool } = context;
  const { attemptStep, saturationWeight } = state;
  const draws = { seed, trainingStep: attemptStep };
  const { dropout: rate, state_noise: scale, clean_share: cleanShare } = duringOrAfter(configuration, state);
  const dropout = rate === 0 ? undefined : { ...draws, rate, on: configuration.dropout_on };
  const noise = scale === 0 ? undefined : { ...draws, scale };
  const { dropout_by_length: dropoutByLength } = configuration;
  const options = { dropout, dropoutByLength, cleanShare, noise, saturationWeight };
  const { gradient: own, metrics } = await batchGradient(network, parameters, batches, options, pool);
  const { gradient, distance } = withPull(network, parameters, own, state.pull);

  const deviation = noiseDeviation(configuration, attemptStep + 1, state.errorShare);
  const onGradient = deviation === 0
    ? undefined
    : tf.tensor1d(gradientNoise(parameters.size, deviation, seed, attemptStep));
  const update = optimizer.update(
    parameters,
    gradient,
    learningRate(configuration, state),
    attemptStep,
    onGradient,
  );

  // Loss and saturation cost are sums over the batches, where there are bins: their means are wanted.
  const means = [1 / batches.length, 1, 1, 1 / batches.length];
  const values = tf.tidy(() =>
    tf.concat1d([
      tf.mul(metrics, tf.tensor1d(means)),
      tf.reshape(update.gradientNorm, [1]),
      tf.reshape(distance, [1]),
    ])
  );
  tf.dispose([
    parameters,
    gradient,
    metrics,
    distance,
    update.gradientNorm,
    ...(onGradient ? [onGradient] : []),
  ]);
  const record = {
    size,
    examples: sum(batches.map(({ rows }) => rows)),
    positions: sum(batches.map(({ lengths }) => sum(lengths))),
  };
  return { parameters: update.parameters, pending: { record, values } };
}

/** What makes training harder than what is asked: its values of the curriculum, or those once it is mastered. */
function duringOrAfter(
  configuration: Configuration,
  { masteredAt, finalNoise }: TrainingState,
): Pick<Configuration, "dropout" | "state_noise" | "clean_share"> {
  if (masteredAt === null) return configuration;
  const { final_dropout, final_clean_share } = configuration;
  return { dropout: final_dropout, state_noise: finalNoise, clean_share: final_clean_share };
}

/** Adds the pull between the sets to a gradient, which is freed. */
function withPull(
  { spec }: Network,
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
