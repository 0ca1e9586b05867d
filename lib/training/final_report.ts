import type { Backend } from "../backend.ts";
import { tf } from "../deps.ts";
import { loadModel, saveModel } from "../model/file.ts";
import type { Model, ReportRow } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { problems } from "../problems/table.ts";
import { dataCases, generatedCase, REPORT_HEADER, reportLine, reportRows, type Trial } from "../report.ts";
import type { Pool } from "../workers/pool.ts";
import type { TrainOptions } from "./options.ts";
import type { RunDirectory } from "./run_directory.ts";
import type { ExampleSource } from "./source.ts";

/** Examples of each suite in the final report, by multiples of the largest training size. */
const REPORT = [[1, 256], [2, 128], [5, 64], [10, 64]] as const;

/** What the report of a run needs beside the model and the run's options. */
export interface ReportContext {
  /** The backend that runs. */
  readonly backend: Backend;
  /** The threads that run. */
  readonly pool: Pool;
  /** The run's seed. */
  readonly seed: number;
  /** Where examples come from. */
  readonly source: ExampleSource;
  /** Where to write; nothing is written without. */
  readonly directory: RunDirectory | undefined;
}

/** The report of a run that was finished before, from its files; undefined where it was cut off before the report. */
export async function earlierReport(
  directory: RunDirectory | undefined,
): Promise<readonly ReportRow[] | undefined> {
  if (directory === undefined || !await directory.hasReport()) return undefined;
  return (await loadModel(directory.file("model.safetensors"))).results;
}

/** Evaluates the model; writes the model with its results, and report.csv last of all. */
export async function finalReport(
  model: Model,
  options: TrainOptions,
  context: ReportContext,
): Promise<ReportRow[]> {
  const { backend, pool, directory } = context;
  const path = directory?.file("model.safetensors");
  const parameters = tf.tensor1d(model.parameters);
  const results: ReportRow[] = [];
  try {
    const network = networkOf(model.configuration, model.problem.symbols, model.sets);
    const named = { model: path ?? "", problem: model.problem.name };
    const rows = reportRows([{ network, parameters }], named, casesOf(model, options, context), {
      backend,
      pool,
      extraSteps: model.configuration.extra_steps,
      signal: options.signal,
      onProgress: (of, share) => options.onReport?.({ kind: "evaluating", of, share }),
    });
    for await (const row of rows) {
      results.push(row);
      options.onReport?.({ kind: "row", row });
    }
  } finally {
    parameters.dispose();
  }
  if (directory !== undefined) {
    await saveModel(path!, { ...model, results });
    await directory.saveReport(REPORT_HEADER + results.map(reportLine).join(""));
  }
  return results;
}

function casesOf(model: Model, options: TrainOptions, { seed, source }: ReportContext): Trial[] {
  if (options.data !== undefined) {
    return dataCases(
      source.validationSizes.flatMap((size) =>
        source.validation(seed, size, REPORT[0][1]).map((example) => ({
          problem: model.problem.name,
          ...example,
        }))
      ),
    );
  }
  const problem = options.problem ?? problems.badd!;
  return REPORT.flatMap(([times, count]) =>
    Object.keys(problem.suites).map((suite) =>
      generatedCase(problem, suite, times * model.configuration.max_size, count, seed)
    )
  );
}
