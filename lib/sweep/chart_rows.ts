/** What the charts of a sweep show, from its tables. */
import { parseDecimal } from "../checks/decimal.ts";
import { shown, wrongFile } from "../errors.ts";
import type { ExtraStepsRow } from "../picture/extra_steps.ts";
import type { Combination } from "../picture/sweep.ts";
import { summarize } from "./summary.ts";
import { accuracyColumns, MULTIPLES, type Row, settingColumns, type Table } from "./table.ts";

const RIGHT = MULTIPLES.flatMap((
  times,
) => [`right_${times}x`, `right_${times}x_low`, `right_${times}x_high`]);

/** Which table of a sweep has that header; undefined where it is none. */
export function sweepTableNamed(header: readonly string[]): "results" | "summary" | undefined {
  if (header[0] === "run" && header.includes("status")) return "results";
  return ["runs", ...RIGHT].every((column) => header.includes(column)) ? "summary" : undefined;
}

/** The combinations of results.csv. */
export function combinationsOfResults(table: Table): Combination[] {
  const summaries = summarize(table);
  const labels = labelsOf(summaries.map(({ combination }) => combination), settingColumns(table));
  return summaries.map(({ runs, right }, i) => ({
    label: labels[i]!,
    runs,
    right: right.map(({ times, count, interval }) => ({ times, share: count / runs, interval })),
  }));
}

/** The combinations of summary.csv, from the cells of the file at `path`. */
export function combinationsOfSummary(cells: readonly (readonly string[])[], path: string): Combination[] {
  const [header, ...lines] = cells as [readonly string[], ...(readonly string[])[]];
  const rows = lines.map((line) => Object.fromEntries(header.map((column, i) => [column, line[i] ?? ""])));
  const labels = labelsOf(rows, header.slice(0, header.indexOf("runs")));
  return rows.map((row, i) => {
    const number = (column: string, most: number) => {
      const value = parseDecimal(row[column]!);
      if (value >= 0 && value <= most) return value;
      const found = `row ${i + 1} has ${column} ${shown(row[column])}`;
      throw wrongFile(path, found, `a number from 0 to ${most}`);
    };
    return {
      label: labels[i]!,
      runs: number("runs", 1e9),
      right: MULTIPLES.map((times) => {
        const [share, low, high] = ["", "_low", "_high"].map((end) => number(`right_${times}x${end}`, 1));
        return { times, share: share!, interval: [low!, high!] as const };
      }),
    };
  });
}

/** Combinations in words: the settings in which they differ, or what they are where there is one. */
function labelsOf(combinations: readonly Row[], columns: readonly string[]): string[] {
  const varying = varyingColumns(combinations, columns);
  const told = varying.length > 0
    ? varying
    : ["problem", "preset"].filter((column) => columns.includes(column));
  return combinations.map((row) =>
    told.map((column) =>
      ["problem", "preset"].includes(column) ? row[column] : `${column} ${row[column] || "by default"}`
    )
      .join(", ")
  );
}

function varyingColumns(rows: readonly Row[], columns: readonly string[]): string[] {
  return columns.filter((column) => new Set(rows.map((row) => row[column])).size > 1);
}

/** What the runs of results.csv came to by their extra steps; undefined unless these alone differ, besides the seed. */
export function extraStepsOf(table: Table): ExtraStepsRow[] | undefined {
  if (varyingColumns(table.rows, settingColumns(table)).join() !== "extra_steps") return undefined;
  return table.rows.flatMap((row) =>
    MULTIPLES.flatMap((times) => {
      const shares = accuracyColumns(table, times).map((column) => row[column]!).filter(Boolean).map(Number);
      const extraSteps = Number(row.extra_steps);
      return shares.length === 0 ? [] : [{ extraSteps, times, accuracy: Math.min(...shares) }];
    })
  );
}
