import type { StepRecord } from "./state.ts";

/** What a window of steps was like, on average. */
export interface WindowReport {
  /** Cross-entropy per position. */
  readonly loss: number;
  /** Share of positions right, with dropout on. */
  readonly symbolAccuracy: number;
  /** Share of examples right, with dropout on. */
  readonly sequenceAccuracy: number;
  /** Learning rate at the end of the window, before its losses change it. */
  readonly learningRate: number;
  /** Saturation cost, without its weight. */
  readonly saturation: number;
  /** Norm of the gradient before clipping, the pull's included. */
  readonly gradientNorm: number;
  /** Σ (p − mean over the sets)² over the parameters of all sets; 0 where there is one set. */
  readonly setDistance: number;
}

/** Averages the steps of a window. */
export function summarize(window: readonly StepRecord[], learningRate: number): WindowReport {
  const total = (of: (step: StepRecord) => number) => window.reduce((sum, step) => sum + of(step), 0);
  const mean = (index: number) => total(({ values }) => values[index]!) / window.length;
  return {
    loss: mean(0),
    sequenceAccuracy: total(({ values }) => values[1]!) / total(({ examples }) => examples),
    symbolAccuracy: total(({ values }) => values[2]!) / total(({ positions }) => positions),
    learningRate,
    saturation: mean(3),
    gradientNorm: mean(4),
    setDistance: mean(5),
  };
}
