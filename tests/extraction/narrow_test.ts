import { assertEquals } from "@std/assert";
import { runAutomaton } from "../../lib/automaton/automaton.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { narrowed } from "../../lib/extraction/narrow.ts";
import { fill } from "../automaton/rules.ts";

const always = () => Promise.resolve(true);

/** The automaton `fill` with rules that also see the next cells but one, where the last one decides in some. */
function wide(different: boolean) {
  const rules = new RuleTable(2);
  for (const [cells, next] of fill().rules.rules()) {
    for (const outer of [0, 1, 2, 3]) {
      rules.add([outer, ...cells, outer], different && outer === 3 ? 1 : next);
    }
  }
  return { ...fill(), rules };
}

Deno.test("narrowed() drops cells that never matter, and answers as before", async () => {
  const narrow = await narrowed(wide(false), always);
  assertEquals(narrow.rules.radius, 1);
  assertEquals([...narrow.rules.rules()], [...fill().rules.rules()]);
  assertEquals(runAutomaton(narrow, [2, 1, 1]), [2, 2, 2]);
});

Deno.test("narrowed() keeps cells that matter, that another rule may need, or that are wanted", async () => {
  for (
    const [automaton, wanted] of [
      [wide(true), always],
      [{ ...wide(false), closed: false }, always],
      [wide(false), () => Promise.resolve(false)],
    ] as const
  ) assertEquals(await narrowed(automaton, wanted), automaton);
});
