/** The file of predictions: a row for every example that was tried. */
import { csvLine } from "../io/csv.ts";
import type { Prediction } from "./prediction.ts";
import { decimals } from "./report.ts";

/** A row of the file that `evaluate --predictions` writes: one example, and what models write for it. */
export interface PredictionRow extends Prediction {
  /** Names of the models, joined by `+`. */
  readonly model: string;
  /** Name of the problem. */
  readonly problem: string;
  /** Name of the suite; `data` for given rows. */
  readonly suite: string;
}

const COLUMNS = [
  "model",
  "problem",
  "suite",
  "size",
  "input",
  "output",
  "target",
  "right",
  "margin",
] as const satisfies readonly (keyof PredictionRow)[];

/** The first line of the file, with its line end. */
export const PREDICTIONS_HEADER: string = csvLine(COLUMNS);

/** A line of the file, with its line end. The margin has 6 decimals. */
export function predictionLine(row: PredictionRow): string {
  const shown = { ...row, right: String(row.right), margin: decimals(row.margin, 6) };
  return csvLine(COLUMNS.map((column) => shown[column]));
}
