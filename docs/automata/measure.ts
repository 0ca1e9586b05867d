/**
 * Counts how often what docs/automata.md says of the rows of `sort` is true:
 * `deno run --allow-read docs/automata/measure.ts`.
 */
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { rowsOf, specifications } from "../../lib/extraction/specification.ts";
import { problems } from "../../lib/problems/mod.ts";
import { Tally } from "../inside/tally.ts";
import { files } from "./files.ts";

const { rules, initial } = await loadAutomaton(files([]).find((file) => file.endsWith("/sort.json"))!);
const tally = new Tally();
for (const [[left, own, right], next] of rules.rules()) {
  tally.count("a rule is a line of the table", next === nextOf(left!, own!, right!));
}
for (let size = 1; size <= 12; size++) {
  for (const { input } of allExamples(problems.sort, size)) {
    const traffic = Array.from(
      rowsOf(specifications.get(problems.sort)!, input),
      (row) => row.map((cell) => cell[0]),
    );
    let row = Int32Array.from(input, (symbol) => initial[problems.sort.symbols.indexOf(symbol) + 1]!);
    for (let step = 1; step <= size; step++) {
      const next = new Int32Array(size);
      rules.step(row, next);
      row = next;
      tally.count(
        "the row after step t holds what rule 184 makes of the input in t − 1 steps",
        bitsOf(row) === traffic[step]!.join(""),
      );
    }
  }
}
console.log("statement,true,tried");
for (const { statement, holds, of } of tally.rows()) console.log(`"${statement}",${holds},${of}`);

/** The table of docs/automata.md; 0 is the border. */
function nextOf(left: number, own: number, right: number): number {
  if (own === 1) return right === 2 || right === 3 ? 3 : 1;
  if (own === 2) return left !== 3 ? 2 : right === 1 || right === 0 ? 1 : 3;
  return left === 3 && right === 1 ? 1 : left === 2 || left === 0 ? 2 : 3;
}

/** The bits of a row. State 1 is a 1, 2 is a 0, and 3 is the opposite of what is to its right, where beyond the end is a 1. */
function bitsOf(row: Int32Array): string {
  let bits = "";
  for (const state of row.toReversed()) {
    const right = bits[0] ?? "1";
    bits = (state === 1 ? "1" : state === 2 ? "0" : right === "1" ? "0" : "1") + bits;
  }
  return bits;
}
