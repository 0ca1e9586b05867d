/** The table of a sweep: one row for each run, texts by column, as in its CSV file. */
import { parseCsv } from "../io/csv.ts";
import { parseDecimal } from "../checks/decimal.ts";
import { shown, wrongFile } from "../errors.ts";
import { presentName } from "../model/settings/stored.ts";
import { MOST_BYTES, readText } from "../io/read_file.ts";

/** A row: texts by column. */
export type Row = Readonly<Record<string, string>>;

/** Rows and their columns. */
export interface Table {
  /** The columns, in order. */
  readonly columns: readonly string[];
  /** The rows, in the order of the file. */
  readonly rows: readonly Row[];
}

const STATUSES = ["solved", "not solved", "failed"] as const;

/** How a run may have ended. */
export type Status = typeof STATUSES[number];

/** Multiples of the largest training size at which runs are compared. */
export const MULTIPLES = [1, 2, 5, 10] as const;

const BEFORE = ["run"];
const COUNTS = ["steps", "seconds", "steps_to_fit", "seconds_to_fit"];
const AFTER = ["seed", "status", "message", ...COUNTS];
/** The largest size of a run's report up to which nothing was wrong. Tables from before this column lack it. */
export const CERTIFIED = "certified_size";

/** The columns of a sweep with these settings and suites. */
export function columnsOf(settings: readonly string[], suites: readonly string[]): string[] {
  const accuracies = MULTIPLES.flatMap((times) => suites.map((suite) => accuracyColumn(suite, times)));
  return [...BEFORE, ...settings, ...AFTER, ...accuracies, CERTIFIED, "model"];
}

/** The column of the sequence accuracy on a suite at a multiple of the largest training size. */
export function accuracyColumn(suite: string, times: number): string {
  return `${suite}_${times}x`;
}

/** The columns that hold settings. */
export function settingColumns({ columns }: Pick<Table, "columns">): readonly string[] {
  return columns.slice(BEFORE.length, columns.indexOf(AFTER[0]!));
}

/** The columns that hold sequence accuracies at a multiple of the largest training size. */
export function accuracyColumns({ columns }: Pick<Table, "columns">, times: number): readonly string[] {
  return columns.slice(columns.indexOf(AFTER.at(-1)!) + 1).filter((column) => column.endsWith(`_${times}x`));
}

/** The first difference between columns and the expected ones, in words. */
export function columnDifference(
  columns: readonly string[],
  expected: readonly string[],
): string | undefined {
  const name = (column: string | undefined) => column === undefined ? "none" : shown(column);
  for (let i = 0; i < Math.max(columns.length, expected.length); i++) {
    if (columns[i] === expected[i]) continue;
    return `its column ${i + 1} is ${name(columns[i])}, expected ${name(expected[i])}`;
  }
}

/** Reads the table of a sweep. */
export async function readTable(path: string): Promise<Table> {
  return await parseTable(await readText(path, MOST_BYTES.table), path);
}

/** The table in a text, which messages call `path`. */
export async function parseTable(text: string, path: string): Promise<Table> {
  const [header, ...rows] = await parseCsv(text, path);
  const columns = header?.map((name) => presentName(name) ?? name);
  if (columns === undefined || !isHeader(columns)) {
    throw wrongFile(path, "it is no table of a sweep", "columns run, problem, preset, …");
  }
  const accuracies = MULTIPLES.flatMap((times) => accuracyColumns({ columns }, times));
  return {
    columns,
    rows: rows.map((cells, index) => {
      const fail = (found: string, expected: string | number) =>
        wrongFile(path, `row ${index + 1} has ${found}`, String(expected));
      if (cells.length !== columns.length) throw fail(`${cells.length} cells`, columns.length);
      const row = Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
      const wrong = wrongCell(row, accuracies);
      if (wrong) throw fail(`${shown(wrong.column)} ${shown(row[wrong.column])}`, wrong.expected);
      return row;
    }),
  };
}

/** Whether columns are those of a table of a sweep, each once, whatever its settings and suites. */
function isHeader(columns: readonly string[]): boolean {
  const after = columns.indexOf(AFTER[0]!);
  return new Set(columns).size === columns.length && columns.at(-1) === "model" &&
    [...BEFORE, "problem", "preset"].every((name, i) => columns[i] === name) &&
    AFTER.every((name, i) => columns[after + i] === name);
}

/** A cell with a value that no sweep writes, and what it would write. Wrong cells would be counted and compared. */
function wrongCell(
  row: Row,
  accuracies: readonly string[],
): { column: string; expected: string } | undefined {
  const { run, seed, status } = row;
  if (run === "") return { column: "run", expected: "the name of a run" };
  if (!/^\d{1,16}$/.test(seed!)) return { column: "seed", expected: "a whole number" };
  if (!STATUSES.some((known) => known === status)) {
    return { column: "status", expected: STATUSES.join(", ") };
  }
  const isNumber = (column: string, most: number) =>
    row[column] === "" || parseDecimal(row[column]!) >= 0 && parseDecimal(row[column]!) <= most;
  const counts = CERTIFIED in row ? [...COUNTS, CERTIFIED] : COUNTS;
  const count = counts.find((column) => !isNumber(column, Number.MAX_SAFE_INTEGER));
  if (count !== undefined) return { column: count, expected: "a number of at least 0, or nothing" };
  const share = accuracies.find((column) => !isNumber(column, 1));
  return share === undefined ? undefined : { column: share, expected: "a number from 0 to 1, or nothing" };
}
