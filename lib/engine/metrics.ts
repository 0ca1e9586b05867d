/** What a training step measures. Engines compute it, checkpoints hold it, and metrics.csv is made of it, by these names. */

/** What comes with a gradient. */
export interface GradientMetrics {
  /** Cross-entropy per counted position. */
  readonly loss: number;
  /** Examples with every position right, with dropout on. */
  readonly sequences_right: number;
  /** Positions right, with dropout on. */
  readonly symbols_right: number;
  /** Saturation cost, without its weight. */
  readonly saturation: number;
}

/** What a step measured. */
export interface StepMetrics extends GradientMetrics {
  /** Norm of the gradient before clipping, the pull between parameter sets included. */
  readonly gradient_norm: number;
  /** Σ (p − mean over the sets)² over the parameters of all sets; 0 where there is one set. */
  readonly set_distance: number;
}

/** The name of a metric that comes with a gradient. */
export type GradientMetric = keyof GradientMetrics;

/** These metrics in the order in which devices hold them, and how they add up over the batches of a step. */
export const GRADIENT_METRICS: Readonly<Record<GradientMetric, "mean" | "sum">> = {
  loss: "mean",
  sequences_right: "sum",
  symbols_right: "sum",
  saturation: "mean",
};

/** All metrics of a step, in the order in which devices hold them. */
export const STEP_METRICS: readonly (keyof StepMetrics)[] = [
  ...Object.keys(GRADIENT_METRICS) as GradientMetric[],
  "gradient_norm",
  "set_distance",
];

/** Reads what a device holds of a step. */
export function readStepMetrics(values: ArrayLike<number>): StepMetrics {
  return Object.fromEntries(
    STEP_METRICS.map((name, place) => [name, values[place]!]),
  ) as unknown as StepMetrics;
}
