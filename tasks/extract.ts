/**
 * Makes a finite automaton of a trained model.
 * @module
 */
import { type Flag, numberList, workerCount, workersFlag } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { neededModels } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { checkOutputs } from "../lib/cli/output_files.ts";
import { extract } from "../lib/extraction/extract.ts";
import { prove } from "../lib/extraction/proof.ts";
import { encodeAutomaton } from "../lib/automaton/file.ts";
import { startEngine } from "../lib/engine/engine.ts";
import { asTyped, RunError, wrongValue } from "../lib/errors.ts";
import { AtomicFile } from "../lib/io/files.ts";
import { loadModel } from "../lib/model/file.ts";
import { findProblem, loadProblem } from "../lib/problems/mod.ts";

const flags: readonly Flag[] = [
  { name: "model", value: "MODEL", help: "Path, URL, or name of a shipped model" },
  { name: "levels", value: "N", help: "Values that a unit of the state may take: 3, 5, …", default: "3" },
  { name: "maps", value: "N", help: "Maps with which it is content", default: "1" },
  { name: "max-size", value: "N", help: "Largest size to fine-tune on", default: "14" },
  { name: "exhaustive", value: "N", help: "Largest size of which all inputs are tried", default: "14" },
  { name: "size", value: "S", help: "Sizes at which each suite is tried", default: "20,200,2000" },
  { name: "examples", value: "N", help: "Examples of each of these sizes and suites", default: "100" },
  { name: "seed", value: "S", help: "Selects examples and noise", default: "1" },
  { name: "problem", value: "P", help: "Module of the problem, where it is not one of the toolkit's" },
  workersFlag,
  { name: "out", value: "FILE", help: "File for the automaton, as JSON", default: "automaton.json" },
];

/** The `extract` command. */
export const command: Command = {
  name: "extract",
  summary: "Makes a finite automaton of a trained model. " +
    "It has few states of a cell and a table of local rules. Prints what the automaton was tried on as CSV.",
  usage: "--model MODEL [--out FILE]",
  operands: 0,
  flags,
  examples: ["extract --model sort --out sort.json", "extract --model badd --levels 5 --max-size 10"],
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
    const options = {
      levels,
      maps: whole("maps", 1, 4096),
      size: whole("max-size", 1, 1000),
      exhaustive: whole("exhaustive", 1, 30),
      sizes: numberList("size", args.text("size")!, 1, 100_000),
      examples: whole("examples", 1, 1_000_000),
      seed: whole("seed", 0, Number.MAX_SAFE_INTEGER),
    };
    const workers = workerCount(args.text("workers")!);
    await checkOutputs(args, names, ["out"]);
    const model = await loadModel(name);
    const problem = args.has("problem")
      ? await loadProblem(args.text("problem")!)
      : findProblem(model.problem.name);
    if (problem?.symbols !== model.problem.symbols) {
      throw wrongValue("problem", model.problem.name, "the problem that the model has learned");
    }
    const signal = await listenForSignals();
    await using file = await AtomicFile.create(args.text("out")!);
    const engine = await startEngine({ backend: "wasm", workers, onNote: (text) => progress.note(text) });
    try {
      let header = "suite,size,examples,errors\n";
      const found = await extract(model, {
        ...options,
        engine,
        problem,
        signal,
        onProgress: ({ step, maps, right }) =>
          progress.update(`refining: step ${step}, ${maps} maps, ${(100 * right).toFixed(0)}% right`),
        onCheck: async ({ suite, size, examples, errors }) => {
          progress.end();
          await writeStdout(`${header}${suite},${size},${examples},${errors}\n`);
          header = "";
        },
      });
      if (found === undefined) {
        throw new RunError(
          `No automaton was found: ${name} is not right once its state is rounded to ${levels} levels; try more levels or another seed`,
          { code: "diverged", subject: "model" },
        );
      }
      const { automaton, maps } = found;
      const wrong = automaton.checks.reduce((sum, { errors }) => sum + errors, 0);
      if (wrong > 0) throw new RunError(`The automaton was wrong on ${wrong} inputs`, { code: "diverged" });
      await file.write(new TextEncoder().encode(encodeAutomaton(automaton)));
      await file.commit();
      progress.note(
        `${maps} maps, ${automaton.output.length - 1} states, ${automaton.rules.size} rules; ` +
          (automaton.closed
            ? "no run on any input meets another neighbourhood"
            : "longer inputs may meet other neighbourhoods"),
      );
      await prove(automaton, problem, signal).then(
        ({ form }) => progress.note(`Proved right on inputs of every length of the form ${form}`),
        (error) => {
          if (!(error instanceof RunError)) throw error;
          progress.note(error.message);
        },
      );
    } finally {
      engine.close();
    }
  },
};

if (import.meta.main) await runCommand(command, Deno.args);
