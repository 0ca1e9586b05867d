/** The columns of metrics.csv and of the window events of `train --json`: one list, from which all else follows. */
import type { StepMetrics } from "../engine/metrics.ts";
import type { StepRecord, TrainingState } from "./state.ts";

/** A window of steps that is over. */
export interface Window {
  /** The run after it. */
  readonly state: Pick<TrainingState, "step" | "attempt" | "size">;
  /** Its steps. */
  readonly steps: readonly StepRecord[];
  /** The learning rate at its end, before its losses change it. */
  readonly learningRate: number;
  /** Seconds trained. */
  readonly seconds: number;
  /** Steps a second in it. */
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

const COLUMNS = {
  step: ({ state }: Window): number => state.step,
  seconds: ({ seconds }: Window): number => seconds,
  attempt: ({ state }: Window): number => state.attempt,
  size: ({ state }: Window): number => state.size,
  loss: ({ steps }: Window): number => meanOf(steps, "loss"),
  symbol_accuracy: ({ steps }: Window): number => shareRight(steps, "positions"),
  sequence_accuracy: ({ steps }: Window): number => shareRight(steps, "examples"),
  learning_rate: ({ learningRate }: Window): number => learningRate,
  saturation: ({ steps }: Window): number => meanOf(steps, "saturation"),
  gradient_norm: ({ steps }: Window): number => meanOf(steps, "gradient_norm"),
  set_distance: ({ steps }: Window): number => meanOf(steps, "set_distance"),
  steps_per_second: ({ stepsPerSecond }: Window): number => stepsPerSecond,
} as const;

/** A row of metrics.csv. */
export type MetricsRow = Readonly<Record<keyof typeof COLUMNS, number>>;

/** The columns of metrics.csv, in their order. */
export const METRICS_COLUMNS = Object.keys(COLUMNS) as (keyof MetricsRow)[];

/** The row of a window. */
export function metricsRow(window: Window): MetricsRow {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, of]) => [name, of(window)])) as MetricsRow;
}
