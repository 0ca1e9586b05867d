import type { TrainReport } from "./options.ts";

/** The columns of metrics.csv. */
export const METRICS_COLUMNS = [
  "step",
  "seconds",
  "attempt",
  "size",
  "loss",
  "symbol_accuracy",
  "sequence_accuracy",
  "learning_rate",
  "saturation",
  "gradient_norm",
  "set_distance",
  "steps_per_second",
] as const;

/** A row of metrics.csv. */
export type MetricsRow = Readonly<Record<typeof METRICS_COLUMNS[number], number>>;

/** The row of a window of steps, as it stands in metrics.csv and in the events of `train --json`. */
export function metricsRow(
  { state, window, seconds, stepsPerSecond }: Pick<
    Extract<TrainReport, { kind: "window" }>,
    "state" | "window" | "seconds" | "stepsPerSecond"
  >,
): MetricsRow {
  return {
    step: state.step,
    seconds,
    attempt: state.attempt,
    size: state.size,
    loss: window.loss,
    symbol_accuracy: window.symbolAccuracy,
    sequence_accuracy: window.sequenceAccuracy,
    learning_rate: window.learningRate,
    saturation: window.saturation,
    gradient_norm: window.gradientNorm,
    set_distance: window.setDistance,
    steps_per_second: stepsPerSecond,
  };
}
