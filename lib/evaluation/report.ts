/** Tables of accuracy by size and suite: report.csv, and what `evaluate` prints. */
import { csvLine } from "../io/csv.ts";
import { type Row, sampleExample } from "../problems/dataset.ts";
import { lengthOf } from "../model/batch.ts";
import { lengthsOf } from "../model/lengths.ts";
import { type Score, score, type ScoreOptions } from "./examiner.ts";
import type { Runnable } from "../engine/runnable.ts";
import type { ReportRow } from "../model/model.ts";
import type { Prediction } from "./prediction.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import type { Verdict } from "./verdict.ts";

/** The examples of one size and suite, which together become one row of a report. */
export interface TestSet {
  /** The suite's name; `data` for given rows, `adversarial` for a search for failures. */
  readonly suite: string;
  /** Digits per operand, input symbols, or what else the problem counts. */
  readonly size: number;
  /** Number of examples; of a search for failures, the most that it tries. */
  readonly count: number;
}

/** A test set that can be tried. */
export interface ScorableTestSet extends TestSet {
  /** Lengths that occur in it, found without making all examples: one of a million digits takes long to make. */
  lengths(): Iterable<number>;
  /** Tries the models on it. */
  score(models: Runnable, options: ScoreOptions): Promise<Score>;
}

/** Examples of a suite, drawn from a random stream that nothing else uses. */
export function generatedTestSet(
  problem: Problem,
  suite: string,
  size: number,
  count: number,
  seed: number,
): ScorableTestSet {
  return {
    suite,
    size,
    count,
    lengths: () => lengthsOf(problem, [suite], size, seed),
    score: (models, options) => {
      const examples = Array.from(
        { length: count },
        (_, i) => sampleExample(problem, suite, size, new Random(seed, `evaluation ${suite}`, size, i)),
      );
      return score(models, examples, options);
    },
  };
}

/** A test set for each size of a file's rows. */
export function dataTestSets(rows: readonly Row[]): ScorableTestSet[] {
  return [...Map.groupBy(rows, (row) => row.size)]
    .sort(([a], [b]) => a - b)
    .map(([size, own]) => ({
      suite: "data",
      size,
      count: own.length,
      lengths: () => new Set(own.map(lengthOf)),
      score: (models, options) => score(models, own, options),
    }));
}

/** How far an evaluation has come. One that is resumed from it yields the numbers of one that was never interrupted. */
export interface EvaluationState {
  /** Number of rows that are complete. */
  readonly rows: number;
  /** Verdicts on the first examples of the row after these. */
  readonly verdicts: readonly Verdict[];
  /** Seconds that these examples took. */
  readonly seconds: number;
}

/** Options of {@linkcode reportRows}. */
export interface ReportOptions
  extends Omit<ScoreOptions, "onProgress" | "earlier" | "onVerdicts" | "onPredictions"> {
  /** The state of an earlier evaluation that was interrupted: its rows are not made again. */
  readonly from?: EvaluationState | undefined;
  /** Gets the state from time to time. */
  readonly onState?: ((state: EvaluationState) => void | Promise<void>) | undefined;
  /** Gets the test set that is being tried and the share of it that is done. */
  readonly onProgress?: ((of: TestSet, share: number) => void) | undefined;
  /** Gets the test set that is being tried and what was predicted for a few more of its examples. */
  readonly onPredictions?:
    | ((of: TestSet, predictions: readonly Prediction[]) => void | Promise<void>)
    | undefined;
}

/** Tries each test set and yields its row as soon as it is known. */
export async function* reportRows(
  models: Runnable,
  named: { readonly model: string; readonly problem: string },
  testSets: readonly ScorableTestSet[],
  { from, onState, onProgress, onPredictions, ...options }: ReportOptions,
): AsyncGenerator<ReportRow> {
  for (const [row, of] of testSets.entries()) {
    if (row < (from?.rows ?? 0)) continue;
    const earlier = row === from?.rows ? from : undefined;
    const start = performance.now() - 1000 * (earlier?.seconds ?? 0);
    const seconds = () => (performance.now() - start) / 1000;
    const counts = await of.score(models, {
      ...options,
      earlier: earlier?.verdicts,
      onVerdicts: (verdicts) => onState?.({ rows: row, verdicts, seconds: seconds() }),
      onProgress: (share) => onProgress?.(of, share),
      onPredictions: onPredictions && ((predictions) => onPredictions(of, predictions)),
    });
    yield {
      ...named,
      suite: of.suite,
      size: of.size,
      examples: counts.examples,
      sequence_accuracy: counts.sequencesRight / counts.examples,
      symbol_accuracy: counts.symbolsRight / counts.symbols,
      errors: counts.examples - counts.sequencesRight,
      seconds: seconds(),
      answer_accuracy: counts.answersRight / counts.examples,
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
  "answer_accuracy",
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
    answer_accuracy: row.answer_accuracy === undefined ? "" : decimals(row.answer_accuracy, 6),
  };
  return csvLine(COLUMNS.map((column) => shown[column]));
}

/** A whole report: CSV, or JSON with all decimals. */
export function formatReport(rows: readonly ReportRow[], json: boolean): string {
  return json ? JSON.stringify(rows, undefined, 2) + "\n" : REPORT_HEADER + rows.map(reportLine).join("");
}

/** A number with at most that many decimals. */
export function decimals(value: number, places: number): number {
  return Number(value.toFixed(places));
}
