/** What `predict` prints: a row for every input. */
import { csvLine } from "../io/csv.ts";
import type { Answer } from "./predict.ts";
import { decimals } from "./report.ts";

/** A row of `predict`: one input, and what models write for it. */
interface AnswerRow extends Answer {
  /** Names of the models, joined by `+`. */
  readonly model: string;
  /** Name of the problem. */
  readonly problem: string;
}

const COLUMNS = [
  "model",
  "problem",
  "size",
  "input",
  "output",
  "target",
  "right",
  "margin",
] as const satisfies readonly (keyof AnswerRow)[];

/** The first line of the CSV, with its line end. */
export const ANSWERS_HEADER: string = csvLine(COLUMNS);

/** A line of the CSV, with its line end. What is not known is an empty cell. The margin has 6 decimals. */
export function answerLine(row: AnswerRow): string {
  const shown = { ...row, margin: decimals(row.margin, 6) };
  return csvLine(COLUMNS.map((column) => String(shown[column] ?? "")));
}

/** A line of JSON, with its line end. What is not known is null. */
export function answerJson(row: AnswerRow): string {
  return JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, row[column] ?? null]))) + "\n";
}
