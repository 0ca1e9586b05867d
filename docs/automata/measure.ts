/**
 * Checks what docs/automata.md says of the rules of `sort`, and of its rows in any run on an input of any length:
 * `deno run --allow-read docs/automata/measure.ts`.
 */
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { BORDER } from "../../lib/automaton/rule_table.ts";
import { formOf } from "../../lib/extraction/form.ts";
import { Product } from "../../lib/extraction/product.ts";
import { MOST_WINDOWS } from "../../lib/extraction/proof.ts";
import { specifications } from "../../lib/extraction/specification.ts";
import { tableRule } from "../../lib/extraction/table_rule.ts";
import { problems } from "../../lib/problems/mod.ts";
import { Tally } from "../inside/tally.ts";
import { files } from "./files.ts";

const problem = problems.sort;
const { rules, initial } = await loadAutomaton(files([]).find((file) => file.endsWith("/sort.json"))!);
const tally = new Tally();
for (const [[left, own, right], next] of rules.rules()) {
  tally.count("a rule is a line of the table", next === nextOf(left!, own!, right!));
}

// The closure has all neighbours that stand side by side in any run, each with the bit that rule 184 has made of its own.
const product = new Product(tableRule(rules), specifications.get(problem)!);
const closure = await product.closure(formOf(problem)!, problem.symbols, initial, {
  most: MOST_WINDOWS,
  signal: undefined,
});
for (
  const pair of closure!.windows.flatMap((window) => window.slice(1).map((right, i) => [window[i]!, right]))
) {
  const [[state, own], [, right]] = pair.map((cell) => product.pair(cell)) as [
    [number, string],
    [number, string],
  ];
  if (state === BORDER || own.endsWith("?")) continue; // before the first step
  tally.count(
    "a cell after the first step holds the bit that rule 184 has made",
    own[0] === bitOf(state, right[0] ?? "1"),
  );
}
console.log("statement,true,tried");
for (const { statement, holds, of } of tally.rows()) console.log(`"${statement}",${holds},${of}`);

/** The table of docs/automata.md; 0 is the border. */
function nextOf(left: number, own: number, right: number): number {
  if (own === 1) return right === 2 || right === 3 ? 3 : 1;
  if (own === 2) return left !== 3 ? 2 : right === 1 || right === 0 ? 1 : 3;
  return left === 3 && right === 1 ? 1 : left === 2 || left === 0 ? 2 : 3;
}

/** The bit that a state is, where it stands to the left of a bit; beyond the end is a 1. */
function bitOf(state: number, right: string): string {
  return state === 1 ? "1" : state === 2 ? "0" : right === "1" ? "0" : "1";
}
