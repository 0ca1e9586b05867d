// The automata that come with the toolkit are right on inputs of every length.
import { assertEquals } from "@std/assert";
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { prove } from "../../lib/extraction/proof.ts";
import { predict, problems } from "../../mod.ts";
import { root } from "../support/process.ts";

for (const name of ["copy", "duplicate", "reverse", "sort"]) {
  Deno.test(`the automaton of ${name} is right on all inputs up to 8 symbols, and proved to be on longer ones`, async () => {
    const automaton = await loadAutomaton(`${root}/data/automata/${name}.json`);
    const problem = problems[name]!;
    for (let size = 1; size <= 8; size++) {
      for await (const { right } of predict(automaton, allExamples(problem, size), { backend: "wasm" })) {
        assertEquals(right, true);
      }
    }
    const { form } = await prove(automaton, problem);
    assertEquals(form, name === "duplicate" ? "[01]+[.]+" : "[01]+");
  });
}
