/**
 * Prints what trained models write for inputs.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import { startKernels } from "../lib/engine/backends.ts";
import { type Flag, type ParsedArguments, workerCount, workersFlag } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { backendFor, loadNamed, neededModels } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { checkOutputs } from "../lib/cli/output_files.ts";
import { extraStepsNote, shareLine } from "../lib/cli/training_output.ts";
import { UsageError } from "../lib/errors.ts";
import { answerJson, answerLine, ANSWERS_HEADER } from "../lib/evaluation/prediction_row.ts";
import { learnedBy } from "../lib/evaluation/asked.ts";
import { predictSlices } from "../lib/evaluation/predict.ts";
import { complaintAboutSymbols, type Learned, type PredictInput } from "../lib/evaluation/questions.ts";
import { AtomicFile } from "../lib/io/files.ts";
import { readRows } from "../lib/problems/dataset.ts";
import { loadProblem } from "../lib/problems/mod.ts";

const flags: readonly Flag[] = [
  {
    name: "model",
    value: "M[,M…]",
    help: "Path, URL, or name of a shipped model, or an automaton (.json); several models are averaged",
  },
  { name: "data", value: "FILE", help: "Take the rows of a dataset, - for standard input, instead of INPUT" },
  {
    name: "problem",
    value: "P",
    help: "Module of the problem, which knows the answers, where it is not one of the toolkit's",
  },
  { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
  workersFlag,
  { name: "out", value: "FILE", help: "File for the rows; standard output by default" },
  { name: "json", help: "Write JSON, one object a line, instead of CSV" },
];

/** The `predict` command. */
export const command: Command = {
  name: "predict",
  summary: "Prints what trained models write for inputs: a row of CSV for each.",
  usage: "--model MODEL [INPUT …]",
  operands: Infinity,
  flags,
  examples: [
    "predict --model reverse 0111 110",
    "predict --model a.safetensors,b.safetensors --data held-out.csv --out predictions.csv",
    "generate --problem copy --size 1..20 --count 10 | predict --model copy --data -",
  ],
  async run(args, { progress, listenForSignals }) {
    const names = neededModels(args)[0]!;
    checkSource(args);
    await checkOutputs(args, names, ["out"]);
    const workers = workerCount(args.text("workers")!);
    const models = await loadNamed(names);
    const backendName = backendFor(args, [models]);
    const learned = learnedBy(models);
    const problem = args.has("problem") ? await loadProblem(args.text("problem")!) : undefined;
    const signal = await listenForSignals();
    const out = args.text("out");
    await using file = out === undefined ? undefined : await AtomicFile.create(out);
    const write = async (text: string) => {
      progress.end();
      await (file?.write(new TextEncoder().encode(text)) ?? writeStdout(text));
    };
    const backend = await startKernels(backendName);
    progress.note(`Predicting on ${backend.name}, ${backend.adapter}`);
    extraStepsNote(names.join("+"), models).forEach((text) => progress.note(text));
    const named = { model: names.join("+"), problem: learned.name };
    const line = args.has("json") ? answerJson : answerLine;
    let header = args.has("json") ? "" : ANSWERS_HEADER;
    const slices = predictSlices(models, inputsOf(args, learned), {
      problem,
      backend: backendName,
      workers,
      signal,
      onReport: (news) => {
        if (news.kind === "note") return progress.note(news.text);
        const what = news.first === news.last
          ? `predicting input ${news.first}`
          : `predicting inputs ${news.first} to ${news.last}`;
        progress.update(shareLine(what, news.share, progress));
      },
    });
    for await (const answers of slices) {
      await write(header + answers.map((answer) => line({ ...named, ...answer })).join(""));
      header = "";
    }
    if (header !== "") await write(header);
    await file?.commit();
  },
};

/** Refuses inputs from two sources, and from none. */
function checkSource(args: ParsedArguments): void {
  if (args.has("data") !== args.operands.length > 0) return;
  if (args.has("data")) {
    const expected = "one of them";
    throw new UsageError(`Cannot use --data with INPUT: expected ${expected}`, {
      code: "conflict",
      subject: "data",
      expected,
    });
  }
  const expected = "inputs such as 0111, or --data FILE";
  throw new UsageError(`Missing input: expected ${expected}`, {
    code: "missing",
    subject: "input",
    expected,
  });
}

/** The inputs, of a dataset row by row. */
function inputsOf(
  args: ParsedArguments,
  learned: Learned,
): Iterable<string> | AsyncIterable<PredictInput> {
  if (!args.has("data")) return args.operands;
  return readRows(args.text("data")!, (row) => {
    for (const part of ["input", "target"] as const) {
      const complaint = complaintAboutSymbols(row[part], learned);
      if (complaint !== undefined) return `its ${part} has ${complaint}`;
    }
  });
}

if (import.meta.main) await runCommand(command, Deno.args);
