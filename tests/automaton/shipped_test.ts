// The automata that come with the toolkit: their tables are whole, and they are right.
import { assert, assertEquals } from "@std/assert";
import { answersOf } from "../../lib/extraction/answers.ts";
import { closureOf, type LocalRule } from "../../lib/extraction/closure.ts";
import { loadAutomaton } from "../../lib/automaton/file.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { initialRows } from "../../lib/extraction/try_out.ts";
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
    const { rules, initial, extraSteps } = automaton;
    const table: LocalRule = {
      radius: rules.radius,
      next: (neighbourhoods) =>
        neighbourhoods.map((cells): number => {
          const next = rules.find(cells);
          assert(next !== undefined, `no rule for ${cells}`);
          return next!;
        }),
    };
    const rows = [1, 2, 3, 4, 5, 6].flatMap((size) =>
      initialRows([...allExamples(problem, size)], { initial, symbols: problem.symbols, extraSteps })
    );
    const closed = await closureOf(table, rows, { cells: 2 * rules.radius + 1, most: 200_000 });
    assertEquals(closed!.size, rules.size);
  });
}
