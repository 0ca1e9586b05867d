/**
 * What the states of automata stand for: `deno run --allow-read docs/automata/states.ts`, for those that come with the
 * toolkit, or with files behind it. Each state of a cell in the specification, and the states that the cell of the automaton
 * has then, in any run on an input of any length.
 */
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { formOf } from "../../lib/extraction/form.ts";
import { Product } from "../../lib/extraction/product.ts";
import { specifications } from "../../lib/extraction/specification.ts";
import { tableRule } from "../../lib/extraction/table_rule.ts";
import { findProblem } from "../../lib/problems/mod.ts";
import { files } from "./files.ts";

console.log("problem,specification,states");
for (const file of files(Deno.args)) {
  const { rules, initial, problem: { name, symbols } } = await loadAutomaton(file);
  const problem = findProblem(name)!;
  const product = new Product(tableRule(rules), specifications.get(problem)!);
  const closure = await product.closure(formOf(problem)!, symbols, initial, {
    most: 200_000,
    signal: undefined,
  });
  const found = new Map<string, Set<number>>();
  for (const cell of new Set(closure!.windows.flat())) {
    const [state, specified] = product.pair(cell);
    found.set(specified, (found.get(specified) ?? new Set()).add(state));
  }
  found.delete("");
  for (const specified of [...found.keys()].sort()) {
    console.log(
      `${name},${specified},${[...found.get(specified)!].sort((one, other) => one - other).join(" ")}`,
    );
  }
}
