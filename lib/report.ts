/** Tables of accuracy by size and suite: report.csv, and what `evaluate` prints. */
import { csvLine } from "./csv.ts";
import { type Example, type Row, sampleExample } from "./dataset.ts";
import { lengthOf } from "./model/batch.ts";
import { type Loaded, score, type ScoreOptions } from "./evaluation.ts";
import type { ReportRow } from "./model/model.ts";
import type { Problem } from "./problems/problem.ts";
import { Random } from "./random.ts";

/** One row to be: examples of one size of one suite. */
export interface ReportCase {
  /** The suite's name; `data` for rows of a file. */
  readonly suite: string;
  /** Digits per operand, or input symbols. */
  readonly size: number;
  /** How many examples there are. */
  readonly count: number;
  /** The lengths that occur among them, without making them all: an example of a million digits takes its time. */
  lengths(): Iterable<number>;
  /** Makes them. */
  examples(): Example[];
}

/** Rows for every suite of every size, drawn from a random stream that nothing else uses. */
export function generatedCases(
  problem: Problem,
  suites: readonly string[],
  sizes: readonly { readonly size: number; readonly count: number }[],
  seed: number,
): ReportCase[] {
  return sizes.flatMap(({ size, count }) =>
    suites.map((suite) => ({
      suite,
      size,
      count,
      lengths: () => [lengthOf(sampleExample(problem, suite, size, new Random(seed, "length", size)))],
      examples: () =>
        Array.from(
          { length: count },
          (_, i) => sampleExample(problem, suite, size, new Random(seed, `evaluation ${suite}`, size, i)),
        ),
    }))
  );
}

/** A row for each size of a file's rows. */
export function dataCases(rows: readonly Row[]): ReportCase[] {
  return [...Map.groupBy(rows, (row) => row.size)]
    .sort(([a], [b]) => a - b)
    .map(([size, own]) => ({
      suite: "data",
      size,
      count: own.length,
      lengths: () => new Set(own.map(lengthOf)),
      examples: () => own,
    }));
}

/** Tries each case and yields its row as soon as it is known. `onProgress` gets the case and the share done of it. */
export async function* reportRows(
  models: readonly Loaded[],
  named: { readonly model: string; readonly problem: string },
  cases: readonly ReportCase[],
  options: Omit<ScoreOptions, "onProgress"> & { onProgress?: (of: ReportCase, share: number) => void },
): AsyncGenerator<ReportRow> {
  for (const of of cases) {
    const start = performance.now();
    const onProgress = (share: number) => options.onProgress?.(of, share);
    const counts = await score(models, of.examples(), { ...options, onProgress });
    yield {
      ...named,
      suite: of.suite,
      size: of.size,
      examples: counts.examples,
      sequence_accuracy: counts.sequencesRight / counts.examples,
      symbol_accuracy: counts.symbolsRight / counts.symbols,
      errors: counts.examples - counts.sequencesRight,
      seconds: (performance.now() - start) / 1000,
    };
  }
}

const COLUMNS = [
  "model",
  "problem",
  "suite",
  "size",
  "examples",
  "sequence_accuracy",
  "symbol_accuracy",
  "errors",
  "seconds",
] as const satisfies readonly (keyof ReportRow)[];

/** The first line of a report, with its line end. */
export const REPORT_HEADER: string = csvLine(COLUMNS);

/** A line of a report, with its line end. Shares have 6 decimals, seconds 3. */
export function reportLine(row: ReportRow): string {
  const shown = {
    ...row,
    sequence_accuracy: decimals(row.sequence_accuracy, 6),
    symbol_accuracy: decimals(row.symbol_accuracy, 6),
    seconds: decimals(row.seconds, 3),
  };
  return csvLine(COLUMNS.map((column) => shown[column]));
}

/** A number with at most that many decimals. */
export function decimals(value: number, places: number): number {
  return Number(value.toFixed(places));
}
