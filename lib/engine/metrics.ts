/** The metrics of a training step. Engines, checkpoints and metrics.csv all use these names. */

/** The metrics that are computed with a gradient. */
export interface GradientMetrics {
  /** Cross-entropy per position, padding beyond an example's length not counted. */
  readonly loss: number;
  /** Examples with every position right, with dropout on. */
  readonly sequences_right: number;
  /** Positions right, with dropout on. */
  readonly symbols_right: number;
  /** Saturation cost, without its weight. */
  readonly saturation: number;
}

/** All metrics of a step. */
export interface StepMetrics extends GradientMetrics {
  /** Norm of the gradient before clipping, the pull between parameter sets included. */
  readonly gradient_norm: number;
  /** Σ (p − mean over the sets)² over the parameters of all sets; 0 where there is one set. */
  readonly set_distance: number;
}

/** The name of a metric that is computed with a gradient. */
export type GradientMetric = keyof GradientMetrics;

/** These metrics in their order on the device, and how they are combined over the batches of a step. */
export const GRADIENT_METRICS: Readonly<Record<GradientMetric, "mean" | "sum">> = {
  loss: "mean",
  sequences_right: "sum",
  symbols_right: "sum",
  saturation: "mean",
};

/** All metrics of a step, in their order on the device. */
export const STEP_METRICS: readonly (keyof StepMetrics)[] = [
  ...Object.keys(GRADIENT_METRICS) as GradientMetric[],
  "gradient_norm",
  "set_distance",
];

/** The metrics of a step from their numbers on the device. */
export function readStepMetrics(values: ArrayLike<number>): StepMetrics {
  return Object.fromEntries(
    STEP_METRICS.map((name, place) => [name, values[place]!]),
  ) as unknown as StepMetrics;
}
