/**
 * Proves automata right on inputs of every length: `deno run --allow-read docs/automata/prove.ts`, for those that come with
 * the toolkit, or with files behind it.
 */
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { prove } from "../../lib/extraction/proof.ts";
import { findProblem } from "../../lib/problems/mod.ts";
import { files } from "./files.ts";

console.log("problem,states,rules,inputs,product_states,windows");
for (const file of files(Deno.args)) {
  const automaton = await loadAutomaton(file);
  const { problem: { name }, output, rules } = automaton;
  const { form, states, windows } = await prove(automaton, findProblem(name)!);
  console.log(`${name},${output.length - 1},${rules.size},${form},${states},${windows}`);
}
