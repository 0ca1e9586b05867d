/** The rows of pictures from the tables that commands write. */
import { parseDecimal } from "../checks/decimal.ts";
import { shown, wrongFile } from "../errors.ts";
import type { AccuracyRow } from "./accuracy.ts";
import type { PredictedRow } from "./predictions.ts";
import type { TrainingRow, ValidationPoint } from "./training.ts";

/** The tables by name, with the columns that tell them from others, and functions that read a row. */
const TABLES = {
  report: {
    columns: ["model", "problem", "suite", "size", "sequence_accuracy"],
    read: (row: Cells): AccuracyRow => ({
      model: row.text("model"),
      problem: row.text("problem"),
      suite: row.text("suite"),
      size: row.number("size", 1),
      sequence_accuracy: row.number("sequence_accuracy", 0, 1),
    }),
  },
  predictions: {
    columns: ["model", "problem", "input", "output", "target", "right"],
    read: (row: Cells): PredictedRow => ({
      model: row.text("model"),
      problem: row.text("problem"),
      input: row.text("input"),
      output: row.text("output"),
      ...(row.text("right") !== "" && { target: row.text("target"), right: row.isTrue("right") }),
    }),
  },
  metrics: {
    columns: ["step", "attempt", "size", "loss"],
    read: (row: Cells): TrainingRow => ({
      step: row.number("step", 0),
      attempt: row.number("attempt", 1),
      size: row.number("size", 1),
      loss: row.number("loss", 0),
      ...(row.has("state_noise") && { state_noise: row.number("state_noise", 0) }),
    }),
  },
  validation: {
    columns: ["step", "size", "suite", "sequence_accuracy", "confirmation"],
    read: (row: Cells): ValidationPoint => ({
      step: row.number("step", 0),
      size: row.number("size", 1),
      sequence_accuracy: row.number("sequence_accuracy", 0, 1),
      confirmation: row.number("confirmation", 0),
    }),
  },
} as const;

type Tables = typeof TABLES;

/** The name of a table of which there are pictures. */
export type TableName = keyof Tables;

/** The rows of a table. */
export type RowsOf<Name extends TableName> = ReturnType<Tables[Name]["read"]>[];

/** The table with that header; undefined where it is none of them. */
export function tableNamed(header: readonly string[]): TableName | undefined {
  const names = Object.keys(TABLES) as TableName[];
  return names.find((name) => TABLES[name].columns.every((column) => header.includes(column)));
}

/** The rows of a table from the cells of the file at `path`. */
export function readRows<Name extends TableName>(
  name: Name,
  [header, ...rows]: readonly (readonly string[])[],
  path: string,
): RowsOf<Name> {
  return rows.map((cells, i) => {
    const fail = (found: string, expected: string) => wrongFile(path, `row ${i + 1} has ${found}`, expected);
    if (cells.length !== header!.length) throw fail(`${cells.length} cells`, String(header!.length));
    return TABLES[name].read(new Cells(header!, cells, fail));
  }) as RowsOf<Name>;
}

/** The cells of a row by column. */
class Cells {
  readonly #cells: ReadonlyMap<string, string>;
  readonly #fail: (found: string, expected: string) => Error;

  constructor(
    header: readonly string[],
    cells: readonly string[],
    fail: (found: string, expected: string) => Error,
  ) {
    this.#cells = new Map(header.map((column, i) => [column, cells[i]!]));
    this.#fail = fail;
  }

  has(column: string): boolean {
    return Boolean(this.#cells.get(column));
  }

  text(column: string): string {
    return this.#cells.get(column)!;
  }

  number(column: string, least: number, most = Number.MAX_VALUE): number {
    const value = parseDecimal(this.text(column));
    if (value >= least && value <= most) return value;
    const bounds = most === Number.MAX_VALUE ? `of at least ${least}` : `from ${least} to ${most}`;
    throw this.#fail(`${column} ${shown(this.text(column))}`, `a number ${bounds}`);
  }

  isTrue(column: string): boolean {
    const text = this.text(column);
    if (text === "true" || text === "false") return text === "true";
    throw this.#fail(`${column} ${shown(text)}`, "true, false or nothing");
  }
}
