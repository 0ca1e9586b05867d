/** What a training step measures. Engines compute it, checkpoints hold it, and metrics.csv is made of it, by these names. */

/** What comes with a gradient, in the order in which devices hold it, and how it adds up over the batches of a step. */
export const GRADIENT_METRICS = {
  /** Cross-entropy per counted position. */
  loss: "mean",
  /** Examples with every position right. */
  sequences_right: "sum",
  /** Positions right. */
  symbols_right: "sum",
  /** Saturation cost, without its weight. */
  saturation: "mean",
} as const;

/** The names of {@linkcode GRADIENT_METRICS}. */
export type GradientMetric = keyof typeof GRADIENT_METRICS;

/** All that a step measures, in the order in which devices hold it. */
export const STEP_METRICS = [
  ...Object.keys(GRADIENT_METRICS) as GradientMetric[],
  /** Norm of the gradient before clipping, the pull between parameter sets included. */
  "gradient_norm",
  /** Σ (p − mean over the sets)² over the parameters of all sets; 0 where there is one set. */
  "set_distance",
] as const;

/** What a step measured, by name. */
export type StepMetrics = Readonly<Record<typeof STEP_METRICS[number], number>>;

/** Reads what a device holds of a step. */
export function readStepMetrics(values: ArrayLike<number>): StepMetrics {
  return Object.fromEntries(STEP_METRICS.map((name, place) => [name, values[place]!])) as StepMetrics;
}
