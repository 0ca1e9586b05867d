/**
 * Trains a Neural GPU. With no flags it learns binary addition.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import {
  exclusive,
  type Flag,
  incomplete,
  inGroup,
  oneOf,
  ParsedArguments,
  realNumber,
  seed as seedOf,
  wholeNumber,
  workerCount,
  workersFlag,
} from "../lib/cli/arguments.ts";
import { withCell } from "../lib/cli/cell_argument.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { type LearnedFrom, nextCommands, resumeCommand } from "../lib/cli/next_commands.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { flagsOfFile, flagsToResume } from "../lib/cli/run_arguments.ts";
import { writeEnd, writeEvent } from "../lib/cli/training_events.ts";
import { belowThreshold, printResult, reportTraining } from "../lib/cli/training_output.ts";
import { resolvedFlags, settingFlags, settingsOf } from "../lib/cli/settings.ts";
import { loadDataset } from "../lib/problems/dataset.ts";
import { UsageError } from "../lib/errors.ts";
import { loadModel } from "../lib/model/file.ts";
import { findPreset, type PresetName, presets } from "../lib/model/presets.ts";
import { findProblem, loadProblem } from "../lib/problems/mod.ts";
import type { TrainOptions } from "../lib/training/options.ts";
import { REPORT_HEADER, reportLine } from "../lib/evaluation/report.ts";
import { RunDirectory } from "../lib/training/run/run_directory.ts";
import { train } from "../lib/training/train.ts";

const learning: readonly Flag[] = [
  {
    name: "problem",
    value: "P",
    help: "Problem to learn: a name, or the path of a module that defines one",
    default: "badd",
  },
  { name: "data", value: "FILE", help: "Train on the rows of a dataset instead of fresh examples" },
  {
    name: "validate",
    value: "FILE",
    help: "Validate on these rows; else one row in ten of --data is kept for that",
  },
  {
    name: "preset",
    value: "NAME",
    help: `Configuration to start from: ${Object.keys(presets).join(", ")}`,
    default: "default",
  },
  {
    name: "config",
    value: "FILE",
    help: "Settings from a run's config.json or a JSON object of settings; flags win over them",
  },
  { name: "seed", value: "S", help: "Seed of data, initial weights and dropout", default: "1" },
  { name: "steps", value: "N", help: "Steps at most, of all attempts together; no limit by default" },
  {
    name: "attempts",
    value: "N",
    help: "Attempts at most until a validation is confirmed; see docs/recipe.md",
    default: "3",
  },
  {
    name: "from",
    value: "MODEL",
    help: "Model whose weights to start from: path, URL, or name of a shipped one",
  },
];

const computation: readonly Flag[] = [
  { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
  workersFlag,
];

const output: readonly Flag[] = [
  {
    name: "out",
    value: "DIR",
    help: "Directory of the run; runs/PROBLEM-PRESET-sSEED by default, with -2, -3, … when taken",
  },
  { name: "resume", help: "Go on with the run in --out, from its last checkpoint, with its own settings" },
  { name: "overwrite", help: "Clear the run that --out holds" },
  { name: "checkpoint-every", value: "N", help: "Steps between checkpoints", default: "200" },
  {
    name: "fail-under",
    value: "X",
    help: "Exit with status 1 unless solved, with every sequence accuracy of the report at least X",
  },
  { name: "json", help: "Write what happens as it happens, a JSON object a line, instead of CSV" },
];

const flags: readonly Flag[] = [
  ...inGroup("What to learn", learning),
  ...inGroup("Computation", computation),
  ...inGroup("Output", output),
  ...settingFlags(),
];

/** The `train` command. */
export const command: Command = {
  name: "train",
  summary:
    "Trains a Neural GPU until it is right far beyond the sizes trained. At the end it prints a table of accuracy by size.",
  usage: "[--problem P | --data FILE] [--preset NAME] [--KEY VALUE …]",
  flags,
  examples: [
    "train",
    "train --problem reverse --out runs/reverse",
    "train --problem badd --max-size 10 --maps 24 --seed 7 --attempts 1",
    "train --data mine.csv --validate held-out.csv",
    "train --resume --out runs/badd-default-s1",
  ],
  async resolveFlags(given) {
    const args = await withCell(given);
    const options = await optionsOf((await argumentsOf(args)).args);
    const problem = options.data?.problem ?? options.problem!;
    const settings = resolvedFlags(findPreset(options.preset), problem, options.configuration ?? {});
    return [...flags.slice(0, flags.length - settings.length), ...settings];
  },
  async run(given, { progress, listenForSignals }) {
    const args = await withCell(given);
    const failUnder = args.has("fail-under")
      ? realNumber("fail-under", args.text("fail-under")!, 0, 1)
      : undefined;
    if (args.has("resume") && args.has("overwrite")) {
      throw exclusive("overwrite", "resume");
    }
    const told = args.has("resume") ? await argumentsOfRun(args) : await argumentsOf(args);
    const options = await optionsOf(told.args);
    const out = args.text("out") ?? defaultDirectory(options);
    const existing = ["resume", "overwrite"].find((name) => args.has(name)) as
      | "resume"
      | "overwrite"
      | undefined;
    const json = args.has("json");
    const tell = reportTraining(progress);
    let directory = out;
    const learned = learnedFrom(told.args);
    const around = {
      ...{ main: Deno.mainModule, directory: Deno.cwd(), version: Deno.version.deno },
      executable: Deno.execPath(),
    };
    const interrupted = await listenForSignals();
    const unread = new AbortController(); // aborted when nobody reads standard output any more
    const signal = AbortSignal.any([interrupted, unread.signal]);
    try {
      const result = await train({
        ...options,
        out,
        existing: existing ?? (args.has("out") ? undefined : "beside"),
        note: told.note,
        signal,
        samples: progress.watched,
        onReport: async (report) => {
          if (report.kind === "start") directory = report.out!;
          tell(report);
          if (json) await writeEvent(report).catch((thrown) => unread.abort(thrown));
        },
      });
      progress.end();
      if (json) await writeEnd(result);
      // Rows are not written to a terminal, where the table shows the same.
      else if (!(progress.watched && Deno.stdout.isTerminal())) {
        await writeStdout(REPORT_HEADER + result.model.results.map(reportLine).join(""));
      }
      printResult(progress, result, nextCommands(result, around, learned));
      if (failUnder === undefined) return 0;
      const below = belowThreshold(result.model.results, failUnder) ??
        (result.solved
          ? undefined
          : `Below --fail-under ${failUnder}: the run is not solved, ${result.reason}`);
      if (below !== undefined) progress.verdict(below);
      return below === undefined ? 0 : 1;
    } catch (thrown) {
      if (signal.aborted && await RunDirectory.holds(directory)) {
        const resume = resumeCommand(around, directory, learned);
        progress.note(`Interrupted${resume === undefined ? "" : `; to go on: ${resume}`}`);
      }
      throw thrown;
    }
  },
};

/** A command line, and its arguments that config.json keeps. */
interface Told {
  readonly args: ParsedArguments;
  readonly note: Readonly<Record<string, string>>;
}

/** The flags that were given, without those that do not describe the run. */
function givenOf(args: ParsedArguments): Record<string, string> {
  const silent = ["out", "resume", "overwrite", "fail-under", "config", "json"];
  const kept = flags.filter(({ name }) => args.has(name) && !silent.includes(name));
  return Object.fromEntries(kept.map(({ name }) => [name, args.text(name)!]));
}

/** Flags as if they had been given. */
function asGiven(values: Readonly<Record<string, string>>): ParsedArguments {
  return new ParsedArguments(
    new Map(Object.entries(values).map(([name, text]) => [name, [text]])),
    flags,
    [],
  );
}

/** The flags of --config, replaced by those that were given. */
async function argumentsOf(args: ParsedArguments): Promise<Told> {
  const given = givenOf(args);
  if (!args.has("config")) return { args, note: given };
  const note = { ...await flagsOfFile(args.text("config")!, given), ...given };
  return { args: asGiven(note), note };
}

/** The flags of the run to resume, replaced by those that were given. */
async function argumentsOfRun(args: ParsedArguments): Promise<Told> {
  if (args.has("config")) throw exclusive("config", "resume");
  const out = args.text("out") ?? defaultDirectory(await optionsOf(args));
  const { all, note } = flagsToResume(await (await RunDirectory.open(out)).loadConfig(), givenOf(args), out);
  return { args: asGiven(all), note };
}

/** Files of the user's own that the run learns from. */
function learnedFrom(args: ParsedArguments): LearnedFrom {
  const problem = args.text("problem")!;
  return {
    problem: args.has("data") || findProblem(problem) !== undefined ? undefined : problem,
    data: args.has("data") ? args.text("data") : undefined,
  };
}

async function optionsOf(args: ParsedArguments): Promise<TrainOptions & { preset: PresetName }> {
  const text = (name: string) => args.text(name)!;
  const preset = text("preset") as PresetName;
  findPreset(preset);
  const given = (name: string) => args.has(name) ? text(name) : undefined;
  if (given("data") !== undefined && given("problem") !== undefined) {
    throw exclusive("problem", "data");
  }
  if (given("validate") !== undefined && given("data") === undefined) {
    throw incomplete("validate", "data");
  }
  const rows = given("data") === undefined ? undefined : await loadDataset(text("data"));
  const validation = rows && given("validate") !== undefined
    ? await loadDataset(text("validate"), rows.problem)
    : undefined;
  if (validation !== undefined && validation.problem.name !== rows!.problem.name) {
    throw new UsageError(
      `Cannot use --validate ${text("validate")}: its examples are of ${validation.problem.name}, ` +
        `expected ${rows!.problem.name} as in --data`,
      { code: "conflict", subject: "validate", given: text("validate") },
    );
  }
  return {
    problem: rows === undefined ? await loadProblem(text("problem")) : undefined,
    data: rows && { problem: rows.problem, rows: rows.rows, validation: validation?.rows },
    preset,
    configuration: settingsOf(args),
    seed: seedOf("seed", text("seed")),
    steps: args.has("steps") ? wholeNumber("steps", text("steps"), 1, Number.MAX_SAFE_INTEGER) : undefined,
    attempts: wholeNumber("attempts", text("attempts"), 1, 1e6),
    from: given("from") === undefined ? undefined : await loadModel(text("from")),
    backend: oneOf("backend", text("backend"), BACKENDS),
    workers: workerCount(text("workers")),
    checkpointEvery: wholeNumber("checkpoint-every", text("checkpoint-every"), 1, Number.MAX_SAFE_INTEGER),
  };
}

/** The default directory of a run: runs/PROBLEM-PRESET-sSEED. */
function defaultDirectory({ problem, data, preset, seed }: TrainOptions): string {
  return `runs/${(data?.problem ?? problem)!.name}-${preset}-s${seed}`;
}

if (import.meta.main) await runCommand(command, Deno.args);
