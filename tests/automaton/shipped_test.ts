// The automata that come with the toolkit: their tables are whole, and they are right.
import { assertEquals } from "@std/assert";
import { answersOf } from "../../lib/extraction/answers.ts";
import { closureOf } from "../../lib/extraction/closure.ts";
import { loadAutomaton } from "../../lib/automaton/file.ts";
import { formOf, windowsOf } from "../../lib/extraction/form.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { tableRule } from "../../lib/extraction/table_rule.ts";
import { problems } from "../../mod.ts";
import { root } from "../support/process.ts";

for (const name of ["sort", "reverse"]) {
  Deno.test(`the automaton of ${name} is right on all inputs up to 8 symbols, and closed`, async () => {
    const automaton = await loadAutomaton(`${root}/data/automata/${name}.json`);
    const problem = problems[name]!;
    for (let size = 1; size <= 8; size++) {
      for await (const { right } of answersOf(automaton, allExamples(problem, size), {})) {
        assertEquals(right, true);
      }
    }
    const { rules, initial } = automaton;
    const cells = 2 * rules.radius + 1;
    const windows = windowsOf(formOf(problem)!, initial, cells);
    const closure = await closureOf(tableRule(rules), windows, { cells, most: 200_000 });
    assertEquals(closure!.rules.size, rules.size);
  });
}
