/**
 * Measures trained models by size and suite.
 * @module
 */
import { ADVERSARIAL } from "../lib/evaluation/adversarial/test_set.ts";
import { type BackendChoice, BACKENDS } from "../lib/engine/backend.ts";
import { startKernels } from "../lib/engine/backends.ts";
import {
  exclusive,
  type Flag,
  incomplete,
  inGroup,
  numberList,
  type ParsedArguments,
  realNumber,
  seed as seedOf,
  wholeNumber,
  workerCount,
  workersFlag,
} from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { backendFor, loadNamed, neededModels } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { checkOutputs } from "../lib/cli/output_files.ts";
import type { Progress } from "../lib/cli/progress.ts";
import { belowThreshold, certificate, evaluationLine, extraStepsNote } from "../lib/cli/training_output.ts";
import { loadDataset, type Row } from "../lib/problems/dataset.ts";
import { UsageError, wrongValue } from "../lib/errors.ts";
import { evaluate } from "../lib/evaluation/evaluate.ts";
import type { EvaluateOptions } from "../lib/evaluation/evaluate_options.ts";
import { AtomicFile } from "../lib/io/files.ts";
import { saveDataset } from "../lib/problems/generate.ts";
import type { Automaton } from "../lib/automaton/automaton.ts";
import { learnedBy } from "../lib/evaluation/asked.ts";
import type { Model, ReportRow } from "../lib/model/model.ts";
import { predictionLine, PREDICTIONS_HEADER } from "../lib/evaluation/prediction_row.ts";
import { loadProblem } from "../lib/problems/mod.ts";
import { ReportFile } from "../lib/evaluation/report_file.ts";
import { expectedReport } from "../lib/evaluation/expected_report.ts";
import { ReportStream } from "../lib/evaluation/report_stream.ts";

const measurement: readonly Flag[] = [
  {
    name: "model",
    value: "M[,M…]",
    repeats: true,
    help:
      "Path, URL, or name of a shipped model, or an automaton (.json). A comma averages several models; given again, --model adds rows for another one",
  },
  {
    name: "problem",
    value: "P",
    help:
      "Problem that draws the examples: a name that generate --list prints, or a module; the model's own by default",
  },
  {
    name: "size",
    value: "N,N",
    help:
      "Digits per operand, or input symbols, such as 20 or 20,40 or 1..20; 1, 2, 5 and 10 times the largest trained by default (of an automaton: of which all inputs were tried)",
  },
  {
    name: "certify",
    help:
      "Find the largest size up to which nothing is wrong: try --size, by default 1,2,4,…,2048, until the first error",
  },
  { name: "examples", value: "N", help: "Examples of each size and suite", default: "64" },
  {
    name: "suite",
    value: "S,S",
    help: "Distributions of inputs: all of the problem's by default; or adversarial",
  },
  { name: "data", value: "FILE", help: "Evaluate on the rows of a dataset instead" },
  {
    name: "budget",
    value: "N",
    help: "Examples of each size that --suite adversarial tries, a search for what the model gets wrong",
    default: "1024",
  },
  { name: "seed", value: "S", help: "Seed of the examples", default: "1" },
];

const computation: readonly Flag[] = [
  { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
  workersFlag,
];

const output: readonly Flag[] = [
  { name: "out", value: "FILE", help: "File for the rows; standard output by default" },
  { name: "resume", help: "Go on with the rows of --out where the same evaluation was cut off" },
  { name: "json", help: "Write JSON, one array of rows, instead of CSV" },
  { name: "failures", value: "FILE", help: "Dataset for what --suite adversarial finds" },
  {
    name: "predictions",
    value: "FILE",
    help:
      "CSV file with a row for every example: what the models wrote, whether it is right, how sure they are",
  },
  {
    name: "fail-under",
    value: "X",
    help: "Exit with status 1 unless every sequence accuracy is at least X",
  },
];

/** The `evaluate` command. */
export const command: Command = {
  name: "evaluate",
  summary: "Measures trained models by size and suite: a row of CSV as soon as each is known.",
  usage: "--model MODEL [--size 20,40,100,200] [--examples N]",
  flags: [
    ...inGroup("What to measure", measurement),
    ...inGroup("Computation", computation),
    ...inGroup("Output", output),
  ],
  examples: [
    "evaluate --model runs/badd-default-s1/model.safetensors",
    "evaluate --model a.safetensors --model b.safetensors --model a.safetensors,b.safetensors",
    "evaluate --model model.safetensors --data held-out.csv --fail-under 0.99",
    "evaluate --model model.safetensors --suite adversarial --budget 10000 --failures failures.csv",
    "evaluate --model model.safetensors --size 200,2000 --out report.csv --resume",
    "evaluate --model model.safetensors --certify --out certified.csv",
    "evaluate --model model.safetensors --size 20,40 --predictions predictions.csv",
    "evaluate --model sort --model data/automata/sort.json --size 20,200,2000",
  ],
  async run(args, { progress, listenForSignals }) {
    const failUnder = args.has("fail-under")
      ? realNumber("fail-under", args.text("fail-under")!, 0, 1)
      : undefined;
    const loaded = await optionsOf(args);
    const signal = await listenForSignals();
    const options = { ...loaded, signal };
    await using predictions = await openPredictions(args.text("predictions"));
    const report = await openReport(args, options, progress);
    const failures = args.text("failures");
    try {
      if (report.rows.length > 0) {
        progress.note(`Going on with ${args.text("out")}: ${report.rows.length} rows are there already`);
      }
      const saveFailures = async (rows: readonly ReportRow[]) => {
        if (failures === undefined || rows.every(({ suite }) => suite !== ADVERSARIAL)) return;
        await saveDataset(report.failures, failures);
      };
      // Reports now, and not after the first row, if the path cannot be written. A file that is there is not changed yet.
      if (failures !== undefined) await (await AtomicFile.create(failures)).abort();
      await saveFailures(report.rows);
      let found: readonly Row[] = [];
      const backend = await startKernels(options.backend);
      progress.note(`Evaluating on ${backend.name}, ${backend.adapter}`);
      for (const { model, name } of options.models) {
        const problem = learnedBy(model);
        const foreign = options.rows?.find((row) => row.problem !== problem.name);
        if (foreign !== undefined) {
          progress.note(`The examples are of ${foreign.problem}, ${name} is a model of ${problem.name}`);
        }
        extraStepsNote(name, model).forEach((text) => progress.note(text));
      }
      const rows = evaluate({
        ...options,
        from: args.has("resume") ? report.state : undefined,
        predictions: predictions !== undefined,
        onReport: (news) => {
          switch (news.kind) {
            case "note":
              return progress.note(news.text);
            case "evaluating":
              return progress.update(evaluationLine(news, options.models.length > 1, progress));
            case "state":
              return report.note(news.state);
            case "predictions":
              return predictions?.write(encoder.encode(news.rows.map(predictionLine).join("")));
            case "failures":
              found = failures === undefined ? [] : news.rows;
          }
        },
      });
      const isCertified = options.certify && report.rows.some(({ errors }) => errors > 0);
      for await (const row of isCertified ? [] : rows) {
        progress.end();
        await report.add(row, found);
        found = [];
        await saveFailures([row]);
      }
      await report.finish();
      await predictions?.commit();
      if (options.certify) progress.note(certificate(report.rows));
    } catch (thrown) {
      const begun = await report.leave();
      if (signal.aborted && begun) {
        const without = predictions === undefined ? "" : ", without --predictions,";
        progress.note(`Interrupted: the same command with --resume${without} goes on`);
      }
      throw thrown;
    }
    const below = belowThreshold(report.rows, failUnder);
    if (below !== undefined) progress.verdict(below);
    return below === undefined ? 0 : 1;
  },
};

const encoder = new TextEncoder();

/** The file of predictions with its header, where one is asked for. */
async function openPredictions(path: string | undefined): Promise<AtomicFile | undefined> {
  if (path === undefined) return undefined;
  const file = await AtomicFile.create(path);
  await file.write(encoder.encode(PREDICTIONS_HEADER));
  return file;
}

/** The report to which rows are added. On a pipe or a terminal it cannot be resumed. */
async function openReport(
  args: ParsedArguments,
  options: EvaluateOptions,
  progress: Progress,
): Promise<ReportFile | ReportStream> {
  const out = args.text("out");
  const json = args.has("json");
  const expected = await expectedReport(options, { json, failures: args.text("failures") });
  const existing = out === undefined ? undefined : await Deno.stat(out).catch(() => undefined);
  if (out !== undefined && (existing === undefined || existing.isFile || existing.isDirectory)) {
    return await ReportFile.open(out, expected, args.has("resume"));
  }
  if (args.has("resume")) throw incomplete("resume", "out FILE");
  const file = out === undefined ? undefined : await AtomicFile.create(out);
  return new ReportStream(json, async (text) => {
    progress.end();
    await (file?.write(encoder.encode(text)) ?? writeStdout(text));
  });
}

/** The flags that name files to write. */
const OUTPUTS: readonly string[] = ["out", "failures", "predictions"];

async function optionsOf(
  args: ParsedArguments,
): Promise<
  EvaluateOptions & { models: { model: Model[] | Automaton; name: string }[]; backend: BackendChoice }
> {
  const paths = neededModels(args);
  const given = (name: string) => args.has(name) ? args.text(name)! : undefined;
  for (const name of ["size", "certify", "examples", "suite", "seed", "problem"]) {
    if (args.has("data") && args.has(name)) {
      throw exclusive(name, "data", "the file says what to try");
    }
  }
  const suites = given("suite")?.split(",");
  for (const name of ["budget", "failures"]) {
    if (args.has(name) && !suites?.includes(ADVERSARIAL)) {
      throw incomplete(name, `suite ${ADVERSARIAL}`);
    }
  }
  if (args.has("examples") && suites?.every((suite) => suite === ADVERSARIAL)) {
    throw new UsageError(`Cannot use --examples with --suite ${ADVERSARIAL} alone: expected --budget`, {
      code: "conflict",
      subject: "examples",
    });
  }
  if (args.has("predictions") && args.has("resume")) {
    throw exclusive("predictions", "resume", "those of earlier rows are not kept");
  }
  if (args.has("certify") && paths.length > 1) {
    throw wrongValue("model", `${paths.length} times with --certify`, "one model");
  }
  await checkOutputs(args, paths.flat(), OUTPUTS);
  const models = await Promise.all(paths.map(async (together) => ({
    model: await loadNamed(together),
    name: together.join("+"),
  })));
  const problem = given("problem");
  const data = args.has("data")
    ? await loadDataset(args.text("data")!, learnedBy(models[0]!.model))
    : undefined;
  const sizes = given("size");
  return {
    models,
    problem: problem === undefined ? undefined : await loadProblem(problem),
    rows: data?.rows,
    certify: args.has("certify"),
    sizes: sizes === undefined ? undefined : numberList("size", sizes, 1, 1e6),
    examples: wholeNumber("examples", args.text("examples")!, 1, 1e6),
    suites,
    budget: wholeNumber("budget", args.text("budget")!, 1, 1e6),
    seed: seedOf("seed", args.text("seed")!),
    backend: backendFor(args, models.map(({ model }) => model)),
    workers: workerCount(args.text("workers")!),
  };
}

if (import.meta.main) await runCommand(command, Deno.args);
