/**
 * Counts how often what docs/automata.md says of `sort` and `copy` is true: `deno run --allow-read docs/automata/measure.ts`.
 */
import { loadAutomaton } from "../../lib/automaton/file.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { rowsOf, specifications } from "../../lib/extraction/specification.ts";
import { findProblem } from "../../lib/problems/mod.ts";
import { Tally } from "../inside/tally.ts";
import { files } from "./files.ts";

/** The largest size of which all inputs are tried. */
const SIZE = 12;

const load = async (name: string) => await loadAutomaton(files([]).find((file) => file.endsWith(`/${name}.json`))!);
const tally = new Tally();

const copy = await load("copy");
for (const [cells, next] of copy.rules.rules()) tally.count("a rule keeps the state", cells[copy.rules.radius] === next);

const { rules, initial } = await load("sort");
const problem = findProblem("sort")!;
for (let size = 1; size <= SIZE; size++) {
  for (const { input } of allExamples(problem, size)) {
    const specified = [...rowsOf(specifications.get(problem)!, input)].map((row) => row.map((cell) => cell[0]));
    let row = Int32Array.from(input, (symbol) => initial[problem.symbols.indexOf(symbol) + 1]!);
    for (let step = 1; step <= size; step++) {
      const next = new Int32Array(size);
      rules.step(row, next);
      row = next;
      tally.count("", bitsOf(row) === specified[step]!.join(""));
    }
  }
}
