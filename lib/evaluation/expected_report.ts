import { isAutomaton } from "../automaton/automaton.ts";
import { encodeAutomaton } from "../automaton/file.ts";
import type { Row } from "../problems/dataset.ts";
import { digest, digestOf } from "../io/digest.ts";
import { checkEvaluateOptions, type EvaluateOptions } from "./evaluate_options.ts";
import { namesIn, testSetsOf } from "./test_sets.ts";
import type { ReportRow } from "../model/model.ts";
import type { ScorableTestSet, TestSet } from "./report.ts";

/** What a report will hold once it is finished: an unfinished one on the disk is checked against it. */
export interface ExpectedReport {
  /** All that the rows depend on, by names for people. The backend and the number of workers change no row. */
  readonly setup: Readonly<Record<string, string>>;
  /** The test set of each row with the names of model and problem, in their order. */
  readonly rows: readonly (Omit<ScorableTestSet, "score"> & Pick<ReportRow, "model" | "problem">)[];
  /** Whether it is JSON rather than CSV. */
  readonly json: boolean;
}

/** How a report is written. */
export interface ReportFormat {
  /** Whether it is JSON rather than CSV. */
  readonly json: boolean;
  /** File for the inputs that a search finds. */
  readonly failures: string | undefined;
}

/**
 * The report that an evaluation is to make. Throws a `UsageError` where an option is wrong, and the signal's reason
 * once it is aborted.
 */
export async function expectedReport(
  options: EvaluateOptions,
  { json, failures }: ReportFormat,
): Promise<ExpectedReport> {
  const { models, rows: data, seed = 1, signal } = checkEvaluateOptions(options);
  const rows = models.flatMap((named) =>
    testSetsOf(options, named, () => {}).map((of) => ({ ...of, ...namesIn(named) }))
  );
  const prints = models.map(({ model }) =>
    short(digest(isAutomaton(model) ? encodeAutomaton(model) : JSON.stringify(model, listed)))
  );
  const all = (values: (of: TestSet) => string | number) => [...new Set(rows.map(values))].join();
  return {
    setup: {
      models: models.map(({ name }, i) => `${name} (${prints[i]})`).join(),
      suites: all(({ suite }) => suite),
      sizes: all(({ size }) => size),
      ...(options.certify && { certify: "until the first error" }),
      // With data there is no number of examples to choose.
      ...(data === undefined
        ? { examples: all(({ suite, count }) => `${count} of ${suite}`), seed: String(seed) }
        : { data: short(await digestOf(jsonOf(data), signal)) }),
      // The failures of earlier rows are there only if they were kept.
      ...(failures !== undefined && { failures }),
    },
    rows,
    json,
  };
}

/** Writes typed arrays as lists: JSON.stringify would write each index as a key. */
function listed(_key: string, value: unknown): unknown {
  return value instanceof Float32Array ? [...value] : value;
}

/** The rows as the JSON text of a list, piece by piece. */
function* jsonOf(rows: readonly Row[]): Generator<string> {
  yield "[";
  for (const [i, row] of rows.entries()) yield (i === 0 ? "" : ",") + JSON.stringify(row);
  yield "]";
}

/** The first eight digits of a digest, enough to tell contents apart. */
function short(digest: string): string {
  return digest.slice(0, 8);
}
