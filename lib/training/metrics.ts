/** The columns of metrics.csv and of the window events of `train --json`, in one list. */
import type { StepMetrics } from "../engine/metrics.ts";
import type { StepRecord, TrainingState } from "./state.ts";

/** A window of steps that is over. */
export interface Window {
  /** The state of the run after it. */
  readonly state: Pick<TrainingState, "step" | "attempt" | "size">;
  /** Its steps. */
  readonly steps: readonly StepRecord[];
  /** The learning rate at its end, before it is adjusted by the losses of the window. */
  readonly learningRate: number;
  /** Half-width of the noise on the state in its steps. */
  readonly stateNoise: number;
  /** Seconds trained. */
  readonly seconds: number;
  /** Steps per second. */
  readonly stepsPerSecond: number;
}

/** The mean of a metric over steps. */
export function meanOf(steps: readonly StepRecord[], metric: keyof StepMetrics): number {
  return steps.reduce((sum, { metrics }) => sum + metrics[metric], 0) / steps.length;
}

/** The share of all examples, or positions, of the steps that were right, with dropout on. */
export function shareRight(steps: readonly StepRecord[], of: "examples" | "positions"): number {
  const metric = of === "examples" ? "sequences_right" : "symbols_right";
  const right = steps.reduce((sum, { metrics }) => sum + metrics[metric], 0);
  return right / steps.reduce((sum, step) => sum + step[of], 0);
}

/** A row of metrics.csv: what a window of training steps measured, with dropout and noise on. */
export interface MetricsRow {
  /** Training steps taken, of all attempts together. */
  readonly step: number;
  /** Seconds trained, before a resume included. */
  readonly seconds: number;
  /** The attempt, from 1. */
  readonly attempt: number;
  /** The size that the curriculum has reached. */
  readonly size: number;
  /** Mean cross-entropy of a position, in nats. */
  readonly loss: number;
  /** Share of positions right, padding after the answer included, from 0 to 1. */
  readonly symbol_accuracy: number;
  /** Share of examples with every position right, from 0 to 1. */
  readonly sequence_accuracy: number;
  /** Learning rate at the end of the window. */
  readonly learning_rate: number;
  /** Mean saturation cost, without its weight; 0 where the configuration has none. */
  readonly saturation: number;
  /** Mean norm of the gradient before clipping. */
  readonly gradient_norm: number;
  /** Squared distance of the parameter sets from their mean, averaged over the steps; 0 where there is one set. */
  readonly set_distance: number;
  /** Training steps per second. */
  readonly steps_per_second: number;
  /** Half-width of the uniform noise on the state in the window. */
  readonly state_noise: number;
}

/** Functions that compute each column from a window, in the order of the columns. */
const COLUMNS: Readonly<Record<keyof MetricsRow, (window: Window) => number>> = {
  step: ({ state }) => state.step,
  seconds: ({ seconds }) => seconds,
  attempt: ({ state }) => state.attempt,
  size: ({ state }) => state.size,
  loss: ({ steps }) => meanOf(steps, "loss"),
  symbol_accuracy: ({ steps }) => shareRight(steps, "positions"),
  sequence_accuracy: ({ steps }) => shareRight(steps, "examples"),
  learning_rate: ({ learningRate }) => learningRate,
  saturation: ({ steps }) => meanOf(steps, "saturation"),
  gradient_norm: ({ steps }) => meanOf(steps, "gradient_norm"),
  set_distance: ({ steps }) => meanOf(steps, "set_distance"),
  steps_per_second: ({ stepsPerSecond }) => stepsPerSecond,
  state_noise: ({ stateNoise }) => stateNoise,
};

/** The columns of metrics.csv, in their order. */
export const METRICS_COLUMNS: readonly (keyof MetricsRow)[] = Object.keys(COLUMNS) as (keyof MetricsRow)[];

/** The row of a window. */
export function metricsRow(window: Window): MetricsRow {
  return Object.fromEntries(
    Object.entries(COLUMNS).map(([name, of]) => [name, of(window)]),
  ) as unknown as MetricsRow;
}
