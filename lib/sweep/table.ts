/** The table of a sweep: one row for each run, texts by column, as in its CSV file. */
import { parseCsv } from "../csv.ts";
import { RunError } from "../errors.ts";
import { explainFileError } from "../files.ts";

/** A row: texts by column. */
export type Row = Readonly<Record<string, string>>;

/** Rows and their columns. */
export interface Table {
  /** The columns, in order. */
  readonly columns: readonly string[];
  /** The rows, in the order of the file. */
  readonly rows: readonly Row[];
}

/** How a run may have ended. */
export type Status = "solved" | "not solved" | "failed";

/** Multiples of the largest training size at which runs are compared. */
export const MULTIPLES = [1, 2, 5, 10] as const;

const BEFORE = ["run"];
const AFTER = ["seed", "status", "message", "steps", "seconds", "steps_to_fit", "seconds_to_fit"];

/** The columns of a sweep with these settings and suites. */
export function columnsOf(settings: readonly string[], suites: readonly string[]): string[] {
  const accuracies = MULTIPLES.flatMap((times) => suites.map((suite) => accuracyColumn(suite, times)));
  return [...BEFORE, ...settings, ...AFTER, ...accuracies, "model"];
}

/** The column of the sequence accuracy on a suite at a multiple of the largest training size. */
export function accuracyColumn(suite: string, times: number): string {
  return `${suite}_${times}x`;
}

/** The columns that hold settings. */
export function settingColumns({ columns }: Table): readonly string[] {
  return columns.slice(BEFORE.length, columns.indexOf(AFTER[0]!));
}

/** The columns that hold sequence accuracies at a multiple of the largest training size. */
export function accuracyColumns({ columns }: Table, times: number): readonly string[] {
  return columns.slice(columns.indexOf(AFTER.at(-1)!) + 1).filter((column) => column.endsWith(`_${times}x`));
}

/** Reads the table of a sweep. */
export async function readTable(path: string): Promise<Table> {
  const text = await Deno.readTextFile(path).catch((thrown) => {
    throw explainFileError("read", path, thrown);
  });
  return await parseTable(text, path);
}

/** The table that a text is, which messages call `path`. */
export async function parseTable(text: string, path: string): Promise<Table> {
  const [columns, ...rows] = await parseCsv(text, path);
  if (
    columns === undefined ||
    ![...BEFORE, "problem", "preset", ...AFTER, "model"].every((name) => columns.includes(name))
  ) {
    throw new RunError(
      `Cannot read ${path}: it is no table of a sweep, expected columns run, problem, preset, …`,
    );
  }
  return {
    columns,
    rows: rows.map((cells, index) => {
      if (cells.length !== columns.length) {
        const found = `row ${index + 1} has ${cells.length} cells`;
        throw new RunError(`Cannot read ${path}: ${found}, expected ${columns.length}`);
      }
      return Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
    }),
  };
}
