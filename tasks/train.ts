/**
 * Trains a Neural GPU. With no flags it learns binary addition.
 * @module
 */
import { BACKENDS } from "../lib/backend.ts";
import {
  type Flag,
  inGroup,
  oneOf,
  ParsedArguments,
  realNumber,
  seed as seedOf,
  wholeNumber,
  workerCount,
  workersFlag,
} from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { belowThreshold, printReport, reportTraining } from "../lib/cli/training_output.ts";
import { settingFlags, settingsOf } from "../lib/cli/settings.ts";
import { loadDataset } from "../lib/dataset.ts";
import { UsageError } from "../lib/errors.ts";
import { loadModel } from "../lib/model/file.ts";
import { findPreset, type PresetName, presets, resolve, sourcesOf } from "../lib/model/presets.ts";
import { loadProblem } from "../lib/problems/mod.ts";
import type { TrainOptions } from "../lib/training/options.ts";
import { holdsRun, RunDirectory } from "../lib/training/run_directory.ts";
import type { RunConfig } from "../lib/training/run_config.ts";
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
  async resolveFlags(args) {
    const options = await optionsOf(args);
    const problem = options.data?.problem ?? options.problem!;
    const preset = findPreset(options.preset);
    const sources = { max_size: "of the problem", ...sourcesOf(preset, problem, options.configuration) };
    const settings = settingFlags(resolve(preset, problem, options.configuration), sources);
    return [...flags.slice(0, flags.length - settings.length), ...settings];
  },
  async run(args, { progress, listenForSignals }) {
    const failUnder = args.has("fail-under")
      ? realNumber("fail-under", args.text("fail-under")!, 0, 1)
      : undefined;
    if (args.has("resume") && args.has("overwrite")) {
      throw new UsageError("Cannot use --overwrite with --resume: expected one of them");
    }
    const resumed = args.has("resume") ? await argumentsOfRun(args) : { args, note: givenOf(args) };
    const options = await optionsOf(resumed.args);
    const signal = listenForSignals();
    const out = args.has("out")
      ? args.text("out")!
      : await defaultDirectory(options, args.has("resume") || args.has("overwrite"));
    try {
      const result = await train({
        ...options,
        out,
        existing: args.has("resume") ? "resume" : args.has("overwrite") ? "overwrite" : undefined,
        note: resumed.note,
        signal,
        onReport: reportTraining(progress, out),
      });
      progress.end();
      await printReport(result, out, progress);
      if (failUnder === undefined) return 0;
      const below = belowThreshold(result.model.results, failUnder);
      if (below !== undefined) progress.note(below);
      return result.solved && below === undefined ? 0 : 1;
    } catch (thrown) {
      if (signal.aborted && await holdsRun(out)) progress.note(`Interrupted: --resume --out ${out} goes on`);
      throw thrown;
    }
  },
};

/** The flags that were given, without those that say nothing about the run. */
function givenOf(args: ParsedArguments): Record<string, string> {
  const kept = flags.filter(({ name }) =>
    args.has(name) && !["out", "resume", "overwrite", "fail-under"].includes(name)
  );
  return Object.fromEntries(kept.map(({ name }) => [name, args.text(name)!]));
}

/**
 * On resume: the run's own settings as flags, whatever the presets of today are, and over them the flags given now.
 * `note` is what was given, then or now.
 */
async function argumentsOfRun(
  args: ParsedArguments,
): Promise<{ args: ParsedArguments; note: Record<string, string> }> {
  const out = args.text("out") ?? await defaultDirectory(await optionsOf(args), true);
  const { arguments: stored, identity, configuration } = await (await RunDirectory.open(out)).loadConfig<
    RunConfig
  >();
  const note = { ...stored, ...givenOf(args) };
  const settings = settingFlags(configuration).map((flag): [string, string] => [flag.name, flag.default!]);
  const { preset, seed, problem } = identity;
  const own = {
    ...Object.fromEntries(settings),
    preset: preset!,
    seed: seed!,
    ...(!stored.data && { problem: problem! }),
  };
  return { args: new ParsedArguments(new Map(Object.entries({ ...own, ...note })), flags, []), note };
}

async function optionsOf(args: ParsedArguments): Promise<TrainOptions & { preset: PresetName }> {
  const text = (name: string) => args.text(name)!;
  const preset = text("preset") as PresetName;
  findPreset(preset);
  const given = (name: string) => args.has(name) ? text(name) : undefined;
  if (given("data") !== undefined && given("problem") !== undefined) {
    throw new UsageError("Cannot use --problem with --data: expected one of them");
  }
  if (given("validate") !== undefined && given("data") === undefined) {
    throw new UsageError("Cannot use --validate without --data: expected both");
  }
  const rows = given("data") === undefined ? undefined : await loadDataset(text("data"));
  const validation = rows && given("validate") !== undefined
    ? await loadDataset(text("validate"), rows.problem)
    : undefined;
  if (validation !== undefined && validation.problem.name !== rows!.problem.name) {
    throw new UsageError(
      `Cannot use --validate ${text("validate")}: its examples are of ${validation.problem.name}, ` +
        `expected ${rows!.problem.name} as in --data`,
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

/** runs/PROBLEM-PRESET-sSEED; for a new run, unless it is to take the place of one, with -2, -3, … when taken. */
async function defaultDirectory(
  { problem, data, preset, seed }: TrainOptions,
  existing: boolean,
): Promise<string> {
  const base = `runs/${(data?.problem ?? problem)!.name}-${preset}-s${seed}`;
  for (let number = 1;; number++) {
    const path = number === 1 ? base : `${base}-${number}`;
    if (existing || !await holdsRun(path)) return path;
  }
}

if (import.meta.main) await runCommand(command, Deno.args);
