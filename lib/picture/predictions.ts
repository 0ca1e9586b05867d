/** The rows that pictures of predictions are made of. */
import type { PredictionRow } from "../evaluation/prediction_row.ts";

/** What the pictures take of a row of `evaluate --predictions` or of `predict`. */
export type PredictedRow = Pick<PredictionRow, "model" | "problem" | "input" | "output"> & {
  /** The right answer, where it is known. */
  readonly target?: string | undefined;
  /** Whether the model wrote it, where it is known. */
  readonly right?: boolean | undefined;
};
