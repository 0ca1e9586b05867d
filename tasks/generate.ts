/**
 * Writes a dataset as CSV or JSON.
 * @module
 */
import { numberList, oneOf, outputFile, seed as seedOf, wholeNumber } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { UsageError } from "../lib/errors.ts";
import { generateRows, saveDataset, writeDataset } from "../lib/problems/generate.ts";
import { formatList, problemList } from "../lib/problems/list.ts";
import { FIRST_NAMES, loadProblem } from "../lib/problems/mod.ts";

/** The `generate` command. */
export const command: Command = {
  name: "generate",
  summary: "Writes a dataset, N rows for each size, to standard output or to a file.",
  usage: "--problem P --size A..B --count N",
  flags: [
    {
      name: "problem",
      value: "P",
      help: `${
        FIRST_NAMES.join(", ")
      }, another name that --list prints, or the path of a module that defines one`,
    },
    {
      name: "size",
      value: "A..B",
      help: "Digits per operand, input symbols, or what else the problem counts: 8, or 1..20, or 1..20,40",
    },
    { name: "count", value: "N", help: "Rows for each size" },
    { name: "suite", value: "S", help: "Distribution of inputs: random or carry", default: "random" },
    { name: "seed", value: "S", help: "Seed of the random numbers", default: "1" },
    { name: "out", value: "FILE", help: "File to write; standard output by default" },
    { name: "json", help: "Write JSON, one array of rows, instead of CSV" },
    { name: "list", help: "Print all problems as a table, with what a size of each counts and an example" },
  ],
  examples: [
    "generate --problem badd --size 1..20 --count 1000 --out badd.csv",
    "generate --problem reverse --size 8 --count 5 --seed 7",
    "generate --list",
  ],
  async run(args, { listenForSignals }) {
    if (args.has("list")) {
      const other = ["problem", "size", "count", "suite", "seed", "out"].find((name) => args.has(name));
      if (other !== undefined) {
        throw new UsageError(`Cannot use --list with --${other}: expected one of them`, {
          code: "conflict",
          subject: "list",
        });
      }
      return await writeStdout(formatList(problemList(), args.has("json")));
    }
    const needed = (name: string): string => {
      const text = args.text(name);
      if (text === undefined) {
        const expected = "--problem, --size and --count";
        throw new UsageError(`Missing --${name}: expected ${expected}`, {
          code: "missing",
          subject: name,
          expected,
        });
      }
      return text;
    };
    const problem = await loadProblem(needed("problem"));
    const rows = generateRows({
      problem,
      sizes: numberList("size", needed("size"), 1, 1e6),
      count: wholeNumber("count", needed("count"), 1, Number.MAX_SAFE_INTEGER),
      suite: oneOf("suite", args.text("suite")!, Object.keys(problem.suites)),
      seed: seedOf("seed", args.text("seed")!),
    });
    const out = outputFile(args, "out");
    const options = { json: args.has("json"), signal: await listenForSignals() };
    if (out !== undefined) await saveDataset(rows, out, options);
    else await writeDataset(rows, (data) => writeStdout(new TextDecoder().decode(data)), options);
  },
};

if (import.meta.main) await runCommand(command, Deno.args);
