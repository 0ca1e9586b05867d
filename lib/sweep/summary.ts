import { csvLine } from "../io/csv.ts";
import { parseDecimal } from "../checks/decimal.ts";
import { median } from "../statistics.ts";
import { accuracyColumns, CERTIFIED, MULTIPLES, type Row, settingColumns, type Table } from "./table.ts";
import { wilsonInterval } from "./wilson.ts";

/** How many of a combination's runs were right at a multiple of the largest training size. */
export interface RightAt {
  /** The multiple. */
  readonly times: number;
  /** Runs without an error on any suite. */
  readonly count: number;
  /** 95% confidence interval of their share. */
  readonly interval: readonly [low: number, high: number];
}

/** Results of the runs of one combination. */
export interface CombinationSummary {
  /** The combination, as texts by column. */
  readonly combination: Row;
  /** Its runs, those that failed included. */
  readonly runs: number;
  /** Runs that failed, which count as not right. */
  readonly failed: number;
  /** Runs that were solved. */
  readonly solved: number;
  /** Runs without an error, for each multiple of the largest training size. */
  readonly right: readonly RightAt[];
  /** Medians of columns, over the runs that have a value there; NaN where none has. */
  readonly medians: Readonly<Record<typeof MEDIANS[number], number>>;
}

const MEDIANS = ["steps", "seconds", "steps_to_fit", "seconds_to_fit", CERTIFIED] as const;

/** One summary for each combination, in the order of their values. */
export function summarize(table: Table): CombinationSummary[] {
  const columns = settingColumns(table);
  const groups = Map.groupBy(table.rows, (row) => JSON.stringify(columns.map((column) => row[column])));
  const ordered = [...groups.values()].sort(([a], [b]) =>
    columns.reduce((order, column) => order || compare(a![column]!, b![column]!), 0)
  );
  return ordered.map((rows) => ({
    combination: Object.fromEntries(columns.map((column) => [column, rows[0]![column]!])),
    runs: rows.length,
    failed: rows.filter(({ status }) => status === "failed").length,
    solved: rows.filter(({ status }) => status === "solved").length,
    right: MULTIPLES.map((times) => {
      const suites = accuracyColumns(table, times);
      const count = rows.filter((row) => isRight(row, suites)).length;
      return { times, count, interval: wilsonInterval(count, rows.length) };
    }),
    medians: Object.fromEntries(
      MEDIANS.map((column) => [column, median(rows.map((row) => row[column]).filter(Boolean).map(Number))]),
    ) as CombinationSummary["medians"],
  }));
}

/** Orders numbers by value, and before other texts. */
function compare(a: string, b: string): number {
  const [x, y] = [parseDecimal(a), parseDecimal(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || (a < b ? -1 : Number(a > b));
}

/** Whether a run has no error. The cells of other problems' suites are empty. */
function isRight(row: Row, suites: readonly string[]): boolean {
  const shares = suites.map((suite) => row[suite]).filter(Boolean);
  return shares.length > 0 && shares.every((share) => Number(share) === 1);
}

/** Summaries as CSV. */
export function formatSummary(summaries: readonly CombinationSummary[], table: Table): string {
  const columns = settingColumns(table);
  const right = MULTIPLES.flatMap((
    times,
  ) => [`right_${times}x`, `right_${times}x_low`, `right_${times}x_high`]);
  const medians = MEDIANS.map((column) => `median_${column}`);
  const header = csvLine([...columns, "runs", "failed", "solved", ...right, ...medians]);
  const lines = summaries.map((summary) => {
    const shares = summary.right.flatMap(({ count, interval }) =>
      [count / summary.runs, ...interval].map(cell)
    );
    const middles = MEDIANS.map((column) => cell(summary.medians[column]));
    const counts = [summary.runs, summary.failed, summary.solved];
    return csvLine([
      ...columns.map((column) => summary.combination[column]!),
      ...counts,
      ...shares,
      ...middles,
    ]);
  });
  return header + lines.join("");
}

function cell(value: number): string {
  return Number.isNaN(value) ? "" : String(Number(value.toFixed(4)));
}
