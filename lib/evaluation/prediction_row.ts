/** The file of predictions: a row for every example that was tried. */
import { csvLine } from "../io/csv.ts";
import type { Prediction } from "./prediction.ts";
import { decimals } from "./report.ts";

/** A row of the file that `evaluate --predictions` writes: one example, and what models made of it. */
export interface PredictionRow extends Prediction {
  /** The model's file or name. */
  readonly model: string;
  /** The problem's name. */
  readonly problem: string;
  /** The distribution of inputs; `data` for a file's. */
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
