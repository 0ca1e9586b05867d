/**
 * Makes a finite automaton of a trained model.
 * @module
 */
import { type Flag, numberList, workerCount, workersFlag } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { neededModels } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { checkOutputs } from "../lib/cli/output_files.ts";
import type { AutomatonCheck } from "../lib/automaton/automaton.ts";
import { Checkpoint, type Setup } from "../lib/extraction/checkpoint.ts";
import { DEFAULTS, learnedBy } from "../lib/extraction/extract.ts";
import type { ExtractNews } from "../lib/extraction/extracted.ts";
import { extractFrom } from "../lib/extraction/extraction.ts";
import { saveAutomaton } from "../lib/automaton/save.ts";
import { type CheckOptions, LARGEST_LISTED, listableSize } from "../lib/extraction/trials.ts";
import type { Progress } from "../lib/cli/progress.ts";
import { startEngine } from "../lib/engine/engine.ts";
import { asTyped, RunError, wrongValue } from "../lib/errors.ts";
import { csvLine } from "../lib/io/csv.ts";
import { digest } from "../lib/io/digest.ts";
import { AtomicFile } from "../lib/io/files.ts";
import { encodeModel, loadModel } from "../lib/model/file.ts";
import type { Model } from "../lib/model/model.ts";
import { loadProblem } from "../lib/problems/mod.ts";
import type { Problem } from "../lib/problems/problem.ts";

const flags: readonly Flag[] = [
  { name: "model", value: "MODEL", help: "Path, URL, or name of a shipped model" },
  {
    name: "levels",
    value: "N",
    help: "Values that a unit of the state may take: 3, 5, …",
    default: String(DEFAULTS.levels),
  },
  { name: "maps", value: "N", help: "Maps with which it is content", default: String(DEFAULTS.maps) },
  { name: "max-size", value: "N", help: "Largest size to fine-tune on", default: String(DEFAULTS.maxSize) },
  {
    name: "exhaustive",
    value: "N",
    help: "Largest size of which all inputs are tried; by default the last of which there are 65,536 at most",
  },
  { name: "size", value: "S", help: "Sizes at which each suite is tried", default: DEFAULTS.sizes.join() },
  {
    name: "examples",
    value: "N",
    help: "Examples of each of these sizes and suites",
    default: String(DEFAULTS.examples),
  },
  { name: "seed", value: "S", help: "Selects examples and noise", default: String(DEFAULTS.seed) },
  { name: "problem", value: "P", help: "Module of the problem, where it is not one of the toolkit's" },
  workersFlag,
  { name: "out", value: "FILE", help: "File for the automaton, as JSON", default: "automaton.json" },
  { name: "resume", help: "Go on where the same extraction to --out was cut off" },
];

/** The `extract` command. */
export const command: Command = {
  name: "extract",
  summary: "Makes a finite automaton of a trained model. " +
    "It has few states of a cell and a table of local rules. Prints what the automaton was tried on as CSV.",
  usage: "--model MODEL [--out FILE]",
  operands: 0,
  flags,
  examples: ["extract --model sort --out sort.json", "extract --model badd --examples 100 --out badd.json"],
  async run(args, { progress, listenForSignals }) {
    const names = neededModels(args)[0]!;
    const [name] = names as [string];
    if (names.length > 1) throw wrongValue("model", asTyped(args.text("model")!), "one model");
    const whole = (flag: string, least: number, most: number): number => {
      const [number, ...more] = numberList(flag, args.text(flag)!, least, most);
      if (more.length > 0) throw wrongValue(flag, asTyped(args.text(flag)!), "one number");
      return number!;
    };
    const levels = whole("levels", 3, 255);
    if (levels % 2 === 0) throw wrongValue("levels", String(levels), "an odd number");
    const given = {
      levels,
      maps: whole("maps", 1, 4096),
      size: whole("max-size", 1, 1000),
      exhaustive: args.has("exhaustive") ? whole("exhaustive", 1, LARGEST_LISTED) : undefined,
      sizes: numberList("size", args.text("size")!, 1, 100_000),
      examples: whole("examples", 1, 1_000_000),
      seed: whole("seed", 0, Number.MAX_SAFE_INTEGER),
    };
    const workers = workerCount(args.text("workers")!);
    await checkOutputs(args, names, ["out"]);
    const model = await loadModel(name);
    const problem = learnedBy(
      model,
      args.has("problem") ? await loadProblem(args.text("problem")!) : undefined,
    );
    const options = { ...given, exhaustive: given.exhaustive ?? listableSize(problem) };
    const out = args.text("out")!;
    // Reports now, and not after minutes, if the path cannot be written.
    await (await AtomicFile.create(out)).abort();
    const checkpoint = new Checkpoint(out, await setupOf(model, problem, options));
    const signal = await listenForSignals();
    const from = args.has("resume") ? await checkpoint.load(model, levels) : undefined;
    if (from === undefined) await checkpoint.checkFree();
    const engine = await startEngine({ backend: "wasm", workers, onNote: (text) => progress.note(text) });
    let kept = from !== undefined;
    try {
      const found = await extractFrom(model, {
        ...options,
        engine,
        problem,
        from,
        signal,
        onState: async (state) => {
          await checkpoint.save(state);
          kept = true;
        },
        onNews: (news) => report(news, progress),
      });
      if (found === undefined) {
        await checkpoint.remove();
        throw new RunError(
          `No automaton was found: ${name} is not right once its state is rounded to ${levels} levels; try more levels or another seed`,
          { code: "diverged", subject: "model" },
        );
      }
      const { automaton, proof, maps, steps, change } = found;
      await saveAutomaton(out, automaton);
      await checkpoint.remove();
      progress.end();
      await writeStdout(formatChecks(automaton.checks));
      const [removed, distance] = [change.removed, change.distance].map((share) =>
        `${(100 * share).toFixed(1)}%`
      );
      progress.note(
        `${steps} training steps removed ${removed} of the parameters and changed the others by ${distance} of their length`,
      );
      progress.note(
        `${maps} maps, ${automaton.output.length - 1} states, ${automaton.rules.size} rules; ` +
          (automaton.closed
            ? "no run on any input meets another neighbourhood"
            : "longer inputs may meet other neighbourhoods"),
      );
      progress.note(
        proof === undefined
          ? "Not proved right on longer inputs"
          : `Proved right on inputs of every length of the form ${proof.form}`,
      );
    } catch (thrown) {
      if (signal.aborted && kept) progress.note("Interrupted: the same command with --resume goes on");
      throw thrown;
    } finally {
      engine.close();
    }
  },
};

/** What the result of an extraction depends on. */
async function setupOf(
  model: Model,
  problem: Problem,
  { levels, maps, size, seed, exhaustive, sizes, examples }: Omit<CheckOptions, "problem"> & {
    readonly levels: number;
    readonly maps: number;
    readonly size: number;
  },
): Promise<Setup> {
  return {
    model: digest(await encodeModel(model)).slice(0, 8),
    problem: problem.name,
    levels: `${levels}`,
    maps: `${maps}`,
    "max-size": `${size}`,
    seed: `${seed}`,
    exhaustive: `${exhaustive}`,
    size: sizes.join(),
    examples: `${examples}`,
  };
}

/** Shows what happens. */
function report(news: ExtractNews, progress: Progress): void {
  switch (news.kind) {
    case "refining": {
      const right = (100 * news.right).toFixed(0);
      return progress.update(`refining: step ${news.step}, ${news.maps} maps, ${right}% right`);
    }
    case "closing":
      return progress.update(`closing the rules of ${news.maps} maps`);
    case "trying": {
      const { suite, size, count } = news;
      return progress.update(`trying: suite ${suite}, size ${size}, ${news.done} of ${count}`);
    }
    case "wrong": {
      const { errors, examples, suite, size } = news.check;
      return progress.note(
        `The automaton of ${news.maps} maps is wrong on ${errors} of ${examples}, suite ${suite}, size ${size}`,
      );
    }
    case "unproved":
      return progress.note(
        `The automaton of ${news.maps} maps, ${news.states} states, is right in a search, but not ` +
          (news.closed ? "proved to be" : "closed"),
      );
  }
}

/** What an automaton was tried on, as CSV. */
function formatChecks(checks: readonly AutomatonCheck[]): string {
  const rows = checks.map(({ suite, size, examples, errors }) => csvLine([suite, size, examples, errors]));
  return csvLine(["suite", "size", "examples", "errors"]) + rows.join("");
}

if (import.meta.main) await runCommand(command, Deno.args);
