/**
 * Trains many runs, each in a process of its own, and compares them.
 * @module
 */
import {
  exclusive,
  type Flag,
  inGroup,
  numberList,
  outputFile,
  type ParsedArguments,
  realNumber,
  wholeNumber,
} from "../lib/cli/arguments.ts";
import { withCell } from "../lib/cli/cell_argument.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import type { Progress } from "../lib/cli/progress.ts";
import { resolvedFlags, settingsOf } from "../lib/cli/settings.ts";
import { UsageError } from "../lib/errors.ts";
import { explainFileError, realPathOf, writeFileAtomic } from "../lib/io/files.ts";
import { flagOf } from "../lib/model/configuration.ts";
import { findPreset } from "../lib/model/presets.ts";
import { loadGrid } from "../lib/sweep/grid.ts";
import { mergeTables } from "../lib/sweep/merge.ts";
import { cellOfModule, outlineOf } from "../lib/sweep/outline.ts";
import { belowShare, reportSweep, summaryTable } from "../lib/sweep/output.ts";
import { type Plan, planRuns } from "../lib/sweep/plan.ts";
import { formatTable } from "../lib/sweep/results.ts";
import { canonical, NAMES } from "../lib/cli/named_settings.ts";
import { parseShard, type Shard } from "../lib/sweep/shard.ts";
import { checkSpawn } from "../lib/sweep/spawn.ts";
import { formatSummary, summarize } from "../lib/sweep/summary.ts";
import { sweep } from "../lib/sweep/sweep.ts";
import type { Table } from "../lib/sweep/table.ts";
import { CHILD } from "./sweep_child.ts";
import { command as train } from "./train.ts";

/** The flags of `train` that may be given for all runs. */
function settingsAmong(flags: readonly Flag[]): Flag[] {
  return flags.filter(({ name }) => NAMES.map(flagOf).includes(name))
    .map((flag) => flag.name === "attempts" ? { ...flag, default: "1" } : flag);
}

const ownFlags: readonly Flag[] = inGroup("Sweep", [
  { name: "grid", value: "FILE", help: "JSON: an object of setting and array of values, or a list of such" },
  { name: "seeds", value: "A..B", help: "Seeds of every combination, such as 1..10 or 1,2,5", default: "1" },
  {
    name: "jobs",
    value: "N",
    help: "Runs at once; with more than one, each has 1 worker by default",
    default: "1",
  },
  { name: "shard", value: "I/N", help: "Do only part I of N, such as 2/4: the others may run elsewhere" },
  { name: "dir", value: "DIR", help: "Directory of the runs; runs/sweep-GRID by default" },
  { name: "out", value: "FILE", help: "CSV file with a row for each run; results.csv in --dir by default" },
  {
    name: "summary",
    value: "FILE",
    help: "CSV file with a row for each combination; summary.csv beside --out by default",
  },
  { name: "retry-failed", help: "Run again what has failed, from its last checkpoint" },
  { name: "merge", value: "F F…", help: "Run nothing: join the rows of these files" },
  {
    name: "fail-under",
    value: "X",
    help: "Exit with status 1 unless this share of every combination's runs is solved",
  },
]);
const flags = [...ownFlags, ...settingsAmong(train.flags)];

/** The `sweep` command. */
export const command: Command = {
  name: "sweep",
  summary: "Trains runs for all combinations of settings and all seeds, and compares them. " +
    "The same command goes on where it stopped.",
  usage: "[--grid FILE] [--seeds 1..10] [--jobs N] [--KEY VALUE …]",
  operands: Infinity,
  flags,
  examples: [
    "sweep --seeds 1..10 --jobs 4",
    "sweep --grid grid.json --seeds 1..5 --problem badd",
    "sweep --grid grid.json --seeds 1..5 --shard 2/4",
    "sweep --merge runs/sweep-grid/results-*of4.csv --out all.csv",
  ],
  async resolveFlags(given) {
    const args = await withCell(given, cellOfModule);
    const settings = settingsOf(args);
    const preset = findPreset(args.text("preset")!);
    const resolved = resolvedFlags(preset, await outlineOf(args.text("problem")!), settings);
    return flags.map((flag) => resolved.find(({ name }) => name === flag.name) ?? flag);
  },
  async run(given, { progress, listenForSignals }) {
    const args = await withCell(given, cellOfModule);
    const failUnder = args.has("fail-under")
      ? realNumber("fail-under", args.text("fail-under")!, 0, 1)
      : undefined;
    const merging = args.has("merge");
    checkFlagsTogether(args, merging);
    const { table, out, asked } = merging
      ? await merge(args)
      : await runAll(args, progress, listenForSignals);
    const summaries = summarize(table);
    progress.print("\n" + summaryTable(summaries));
    const path = summaryPath(args, out);
    if (path !== undefined) await writeFileAtomic(path, formatSummary(summaries, table));
    if (out !== undefined) progress.print(`A row for each run: ${out}\n`);
    if (path !== undefined) progress.print(`A row for each combination: ${path}\n`);
    const own = table.rows.filter(({ run }) => asked.has(run!));
    const failed = own.filter(({ status }) => status === "failed").length;
    if (failed > 0) {
      progress.print(`${failed} of ${own.length} runs failed: --retry-failed runs them again\n`);
    }
    const complete = asked.isSubsetOf(new Set(own.map(({ run }) => run!)));
    if (!complete) progress.verdict("Some runs have no row yet: the same command goes on with them");
    const below = belowShare(summarize({ ...table, rows: own }), failUnder);
    if (below !== undefined) progress.verdict(below);
    return below !== undefined || !complete ? 1 : 0;
  },
};

/**
 * A table of runs, its file if it has one, and the names of the runs that were asked for. The table may have others,
 * too.
 */
interface Outcome {
  readonly table: Table;
  readonly out: string | undefined;
  readonly asked: ReadonlySet<string>;
}

function checkFlagsTogether(args: ParsedArguments, merging: boolean): void {
  for (const name of ["out", "summary"]) outputFile(args, name);
  const [operand] = args.operands;
  if (operand !== undefined && !merging) {
    throw new UsageError(`Cannot use argument ${JSON.stringify(operand)}: expected flags only`, {
      code: "wrong_value",
      given: JSON.stringify(operand),
      expected: "flags only",
    });
  }
  const alone = flags.find(({ name }) =>
    args.has(name) && !["merge", "out", "summary", "fail-under"].includes(name)
  );
  if (merging && alone) throw exclusive(alone.name, "merge");
  if (!merging && !args.has("grid") && !args.has("seeds")) {
    const expected = "a grid file, or seeds such as 1..10, or both";
    throw new UsageError(`Missing --grid or --seeds: expected ${expected}`, {
      code: "missing",
      subject: "grid",
      expected,
    });
  }
}

/** Refuses to write the summary over the rows. */
async function checkOutputs(args: ParsedArguments, out: string | undefined): Promise<void> {
  const summary = summaryPath(args, out);
  if (out === undefined || summary === undefined) return;
  if (await realPathOf(out) !== await realPathOf(summary)) return;
  throw new UsageError(
    `Cannot write the rows to ${out}: the summary goes there, expected another --out or --summary`,
    { code: "conflict", subject: "out", given: out },
  );
}

async function merge(args: ParsedArguments): Promise<Outcome> {
  const out = args.text("out");
  await checkOutputs(args, out);
  const table = await mergeTables([args.text("merge")!, ...args.operands]);
  const text = formatTable(table);
  if (out === undefined) await writeStdout(text);
  else await writeFileAtomic(out, text);
  return { table, out, asked: new Set(table.rows.map(({ run }) => run!)) };
}

async function runAll(
  args: ParsedArguments,
  progress: Progress,
  listenForSignals: () => Promise<AbortSignal>,
): Promise<Outcome> {
  const jobs = wholeNumber("jobs", args.text("jobs")!, 1, 1000);
  const shard = args.has("shard") ? parseShard(args.text("shard")!) : undefined;
  const plan = await planOf(args, jobs, shard);
  const name = args.text("grid")?.replace(/^.*[/\\]|\.[^.]*$/g, "") ?? plan.name;
  const directory = args.text("dir") ?? `runs/sweep-${name}`;
  const suffix = shard ? `-${shard.index}of${shard.count}` : "";
  const out = args.text("out") ?? `${directory}/results${suffix}.csv`;
  await checkOutputs(args, out);
  await checkSpawn();
  await Deno.mkdir(directory, { recursive: true }).catch((thrown) => {
    throw explainFileError("make the directory", directory, thrown);
  });
  const table = await sweep(plan, {
    child: CHILD,
    directory,
    out,
    jobs,
    retryFailed: args.has("retry-failed"),
    signal: await listenForSignals(),
    onReport: reportSweep(progress, out),
  });
  return { table, out, asked: new Set(plan.runs.map(({ id }) => id)) };
}

async function planOf(args: ParsedArguments, jobs: number, shard: Shard | undefined): Promise<Plan> {
  const grid = args.has("grid") ? await loadGrid(args.text("grid")!) : [{}];
  const given = NAMES.filter((name) => args.has(flagOf(name)));
  const twice = given.find((name) => grid.some((combination) => Object.hasOwn(combination, name)));
  if (twice !== undefined) {
    throw new UsageError(
      `Cannot use --${flagOf(twice)} with a grid that has ${twice}: expected one of them`,
      {
        code: "conflict",
        subject: twice,
      },
    );
  }
  const fixed = Object.fromEntries(given.map((name) => [name, canonical(name, args.text(flagOf(name))!)]));
  return await planRuns({
    grid,
    fixed: { ...(jobs > 1 && { workers: "1" }), ...fixed },
    seeds: numberList("seeds", args.text("seeds")!, 0, Number.MAX_SAFE_INTEGER),
    shard,
  });
}

/**
 * The path of the summary: --summary, or a file beside the whole table. The summary of a shard is shown on standard
 * error only.
 */
function summaryPath(args: ParsedArguments, out: string | undefined): string | undefined {
  if (args.has("summary") || out === undefined || args.has("shard")) return args.text("summary");
  return out.replace(/[^/\\]*$/, "summary.csv");
}

if (import.meta.main) await runCommand(command, Deno.args);
