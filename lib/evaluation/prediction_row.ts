/** The tables of what models write: of `evaluate --predictions` a row for every example, of `predict` one for every input. */
import { csvLine } from "../io/csv.ts";
import type { Answer } from "./predict.ts";
import type { Prediction } from "./prediction.ts";
import { decimals } from "./report.ts";

/** A row of the file that `evaluate --predictions` writes: one example, and what models write for it. */
export interface PredictionRow extends Prediction {
  /** Name of the model; where the command line averages several, these joined by `+`. */
  readonly model: string;
  /** Name of the problem. */
  readonly problem: string;
  /** Name of the suite; `data` for given rows. */
  readonly suite: string;
}

/** A row of `predict`: one input, and what models write for it. */
type AnswerRow = Answer & Pick<PredictionRow, "model" | "problem">;

const ANSWER_COLUMNS = ["model", "problem", "size", "input", "output", "target", "right", "margin"] as const;

const PREDICTION_COLUMNS = ["model", "problem", "suite", ...ANSWER_COLUMNS.slice(2)] as const;

/** The first line of the file of predictions, with its line end. */
export const PREDICTIONS_HEADER: string = csvLine(PREDICTION_COLUMNS);

/** The first line of the CSV of `predict`, with its line end. */
export const ANSWERS_HEADER: string = csvLine(ANSWER_COLUMNS);

/** A line of the file of predictions, with its line end. The margin has 6 decimals. */
export function predictionLine(row: PredictionRow): string {
  return line(row, PREDICTION_COLUMNS);
}

/** A line of the CSV of `predict`, with its line end. What is not known is an empty cell. The margin has 6 decimals. */
export function answerLine(row: AnswerRow): string {
  return line(row, ANSWER_COLUMNS);
}

/** A line of the JSON of `predict`, with its line end. What is not known is null. */
export function answerJson(row: AnswerRow): string {
  return JSON.stringify(Object.fromEntries(ANSWER_COLUMNS.map((column) => [column, row[column] ?? null]))) +
    "\n";
}

function line(row: AnswerRow, columns: readonly string[]): string {
  const shown: Readonly<Record<string, unknown>> = { ...row, margin: decimals(row.margin, 6) };
  return csvLine(columns.map((column) => String(shown[column] ?? "")));
}
