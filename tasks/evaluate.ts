/**
 * Measures trained models by size and suite.
 * @module
 */
import { type BackendChoice, BACKENDS, startBackend } from "../lib/backend.ts";
import {
  numberList,
  oneOf,
  type ParsedArguments,
  realNumber,
  seed as seedOf,
  wholeNumber,
  workerCount,
  workersFlag,
} from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { Progress } from "../lib/cli/progress.ts";
import { evaluationLine } from "../lib/cli/training_output.ts";
import { loadDataset } from "../lib/dataset.ts";
import { UsageError } from "../lib/errors.ts";
import { evaluate, type EvaluateOptions } from "../lib/evaluate.ts";
import { AtomicFile } from "../lib/files.ts";
import { loadModel } from "../lib/model/file.ts";
import type { ReportRow } from "../lib/model/model.ts";
import { loadProblem } from "../lib/problems/mod.ts";
import { REPORT_HEADER, reportLine } from "../lib/report.ts";

/** The `evaluate` command. */
export const command: Command = {
  name: "evaluate",
  summary: "Measures trained models by size and suite: a row of CSV as soon as each is known.",
  usage: "--model FILE [--size 20,40,100,200] [--examples N]",
  flags: [
    { name: "model", value: "F[,F…]", help: "Path, URL, or name of a shipped model; several are averaged" },
    {
      name: "problem",
      value: "P",
      help: "Module of the problem, where the model's problem is not one of the toolkit's",
    },
    {
      name: "size",
      value: "N,N",
      help: "Digits per operand, or input symbols; 1, 2, 5 and 10 times the largest trained by default",
    },
    { name: "examples", value: "N", help: "Examples of each size and suite", default: "64" },
    { name: "suite", value: "S,S", help: "Distributions of inputs; all of the problem's by default" },
    { name: "data", value: "FILE", help: "Evaluate on the rows of a dataset instead" },
    { name: "seed", value: "S", help: "Seed of the examples", default: "1" },
    { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
    workersFlag,
    {
      name: "fail-under",
      value: "X",
      help: "Exit with status 1 unless every sequence accuracy is at least X",
    },
    { name: "out", value: "FILE", help: "File for the rows; standard output by default" },
    { name: "json", help: "Write JSON, one array of rows, instead of CSV" },
  ],
  examples: [
    "evaluate --model runs/badd-default-s1/model.safetensors",
    "evaluate --model a.safetensors,b.safetensors --size 20,40 --examples 1000 --suite carry",
    "evaluate --model model.safetensors --data held-out.csv --fail-under 0.99",
  ],
  async run(args, { signal }) {
    const failUnder = args.has("fail-under")
      ? realNumber("fail-under", args.text("fail-under")!, 0, 1)
      : undefined;
    const options = await optionsOf(args);
    const json = args.has("json");
    const progress = new Progress();
    const out = args.text("out");
    await using file = out === undefined ? undefined : await AtomicFile.create(out);
    const write = async (text: string) => {
      progress.end();
      await (file?.write(new TextEncoder().encode(text)) ?? writeStdout(text));
    };
    const backend = await startBackend(options.backend);
    progress.note(`Evaluating on ${backend.name}, ${backend.adapter}`);
    const rows: ReportRow[] = [];
    try {
      const onProgress: EvaluateOptions["onProgress"] = (of, share) =>
        progress.update(evaluationLine(of, share));
      const onNote = (text: string) => progress.note(text);
      for await (const row of evaluate({ ...options, signal, onProgress, onNote })) {
        rows.push(row);
        if (!json) await write((rows.length === 1 ? REPORT_HEADER : "") + reportLine(row));
      }
      if (json) await write(JSON.stringify(rows, undefined, 2) + "\n");
      await file?.commit();
    } catch (thrown) {
      // What is known after an interruption may be the work of hours.
      if (signal.aborted && rows.length > 0) {
        if (json) await write(JSON.stringify(rows, undefined, 2) + "\n");
        await file?.commit();
      }
      throw thrown;
    } finally {
      progress.end();
    }
    return failUnder !== undefined && rows.some((row) => row.sequence_accuracy < failUnder) ? 1 : 0;
  },
};

async function optionsOf(
  args: ParsedArguments,
): Promise<EvaluateOptions & { backend: BackendChoice }> {
  const paths = args.text("model")?.split(",");
  if (!paths?.every(Boolean)) {
    throw new UsageError(
      "Missing --model: expected the path or URL of a model, or the name of a shipped one",
    );
  }
  const given = (name: string) => args.has(name) ? args.text(name)! : undefined;
  for (const name of ["size", "examples", "suite", "seed", "problem"]) {
    if (args.has("data") && args.has(name)) {
      throw new UsageError(`Cannot use --${name} with --data: the rows are its own`);
    }
  }
  const models = await Promise.all(paths.map(loadModel));
  const problem = given("problem");
  const data = given("data");
  const sizes = given("size");
  return {
    models: models.map((model, i) => ({ model, name: paths[i]! })),
    problem: problem === undefined ? undefined : await loadProblem(problem),
    rows: data === undefined ? undefined : (await loadDataset(data, models[0]!.problem.symbols)).rows,
    sizes: sizes === undefined ? undefined : numberList("size", sizes, 1, 1e6),
    examples: wholeNumber("examples", args.text("examples")!, 1, 1e6),
    suites: given("suite")?.split(","),
    seed: seedOf("seed", args.text("seed")!),
    backend: oneOf("backend", args.text("backend")!, BACKENDS),
    workers: workerCount(args.text("workers")!),
  };
}

if (import.meta.main) await runCommand(command, Deno.args);
