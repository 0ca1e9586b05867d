import type { Engine } from "../../engine/engine.ts";
import { exists } from "../../io/files.ts";
import { loadModel } from "../../model/file.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { Model, ReportRow } from "../../model/model.ts";
import { weightsOf } from "../../evaluation/ensemble.ts";
import { problems } from "../../problems/table.ts";
import {
  dataTestSets,
  generatedTestSet,
  reportRows,
  type ScorableTestSet,
  type TestSet,
} from "../../evaluation/report.ts";
import type { TrainerOptions } from "../options.ts";
import type { RunDirectory } from "./run_directory.ts";
import type { ExampleSource } from "../examples/source.ts";

/** Examples of each suite in the final report, by multiples of the largest training size. */
const REPORT = [[1, 256], [2, 128], [5, 64], [10, 64]] as const;

/** Options of {@linkcode finalReport}. */
export interface ReportContext {
  /** The engine that computes. */
  readonly engine: Engine;
  /** Ends it with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  /** What the rows call the model. */
  readonly name: string;
  /** Called from time to time with the share of a row that is done. */
  onProgress(of: TestSet, share: number): void;
  /** Called with each row; its promise is waited for. */
  onRow(row: ReportRow): Promise<void>;
}

/**
 * The report of a run that was finished before, from its files; undefined where the run was interrupted before its
 * report, or where the model in its directory has another one.
 */
export async function earlierReport(
  directory: RunDirectory | undefined,
  testSets: readonly ScorableTestSet[],
): Promise<readonly ReportRow[] | undefined> {
  if (directory === undefined || !await directory.hasReport()) return undefined;
  const path = directory.file("model.safetensors");
  if (!await exists(path)) return undefined;
  const { results } = await loadModel(path);
  const isOwn = results.length === testSets.length && testSets.every(({ suite, size, count }, i) => {
    const row = results[i]!;
    return row.suite === suite && row.size === size && row.examples === count;
  });
  return isOwn ? results : undefined;
}

/** Evaluates the model at the end of its training. */
export async function finalReport(
  model: Model,
  testSets: readonly ScorableTestSet[],
  context: ReportContext,
): Promise<ReportRow[]> {
  const { engine, signal, name, onProgress, onRow } = context;
  const results: ReportRow[] = [];
  const named = { model: name, problem: model.problem.name };
  const rows = reportRows([weightsOf(model)], named, testSets, {
    engine,
    extraSteps: model.configuration.extra_steps,
    signal,
    onProgress,
  });
  for await (const row of rows) {
    results.push(row);
    await onRow(row);
  }
  return results;
}

/** The test sets of a run's report: where it trains on a file's rows, one for each size of which some were held out. */
export function reportTestSets(
  { data, problem = problems.badd! }: TrainerOptions,
  source: ExampleSource,
  { max_size }: Configuration,
  seed: number,
): ScorableTestSet[] {
  if (data !== undefined) {
    const held = source.heldOutSizes.flatMap((size) => source.validation(seed, size, REPORT[0][1]));
    return dataTestSets(
      held.flatMap(({ examples }) => examples.map((example) => ({ problem: data.problem.name, ...example }))),
    );
  }
  return REPORT.flatMap(([times, count]) =>
    Object.keys(problem.suites).map((suite) =>
      generatedTestSet(problem, suite, times * max_size, count, seed)
    )
  );
}
