import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Automaton } from "../../lib/automaton/automaton.ts";
import { loadAutomaton } from "../../lib/automaton/load.ts";
import { formOf } from "../../lib/extraction/form.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { proofOf, prove } from "../../lib/extraction/proof.ts";
import { Product } from "../../lib/extraction/product.ts";
import { BORDER, RuleTable } from "../../lib/automaton/rule_table.ts";
import { specifications } from "../../lib/extraction/specification.ts";
import { tableRule } from "../../lib/extraction/table_rule.ts";
import { predict, problems, RunError } from "../../mod.ts";
import { root } from "../support/process.ts";

const sort = await loadAutomaton(`${root}/data/automata/sort.json`);

/** The automaton with another next state of one of its rules. */
function altered(automaton: Automaton, rule: number, next: number): Automaton {
  const rules = new RuleTable(automaton.rules.radius);
  [...automaton.rules.rules()].forEach(([cells, own], i) => rules.add(cells, i === rule ? next : own));
  return { ...automaton, rules };
}

/** Whether an automaton is right on all inputs of up to so many symbols. It is not where it stops. */
async function isRightTo(size: number, automaton: Automaton): Promise<boolean> {
  for (let small = 1; small <= size; small++) {
    try {
      for await (
        const { right } of predict(automaton, allExamples(problems.sort, small), { backend: "wasm" })
      ) {
        if (!right) return false;
      }
    } catch (error) {
      if (error instanceof RunError) return false;
      throw error;
    }
  }
  return true;
}

Deno.test("prove() never accepts an automaton of which one rule was altered so that it is wrong", async () => {
  const counts = { proved: 0, refused: 0 };
  for (const [rule, [, own]] of [...sort.rules.rules()].entries()) {
    const candidate = altered(sort, rule, own % (sort.output.length - 1) + 1);
    const accepted = await proofOf(candidate, problems.sort) !== undefined;
    counts[accepted ? "proved" : "refused"]++;
    if (accepted) assert(await isRightTo(9, candidate), `rule ${rule}`);
  }
  assert(counts.refused > 30, JSON.stringify(counts));
});

Deno.test("prove() says what a wrong automaton may write, and of what it has no rule", async () => {
  const negated = { ...sort, output: sort.output.map((symbol) => symbol === 0 ? 0 : 3 - symbol) };
  const error = await assertRejects(() => prove(negated, problems.sort), RunError);
  assertEquals(error.message, "The automaton of sort is not proved right: it may write 1 where 0 is right");
  const rules = new RuleTable(sort.rules.radius);
  for (const [cells, next] of [...sort.rules.rules()].slice(1)) rules.add(cells, next);
  await assertRejects(() => prove({ ...sort, rules }, problems.sort), RunError, "has no rule for cells");
  await assertRejects(() => prove({ ...sort, extraSteps: 1 }, problems.sort), RunError, "more steps");
  await assertRejects(() => prove(sort, { ...problems.sort }), RunError, "no specification");
});

Deno.test("the windows of a closure are all that a step makes of rows of them", async () => {
  const product = new Product(tableRule(sort.rules), specifications.get(problems.sort)!);
  const form = formOf(problems.sort)!;
  const closure = await product.closure(form, "01", sort.initial, { most: 10_000, signal: undefined });
  const { windows } = closure!;
  const known = new Set(windows.map((window) => window.join()));
  const states = [...new Set(windows.flat())];
  // All rows of seven cells whose windows are known. Five of them have a next state.
  let rows = windows;
  for (let more = 1; more <= 2; more++) {
    rows = rows.flatMap((row) =>
      states.map((state) => [...row, state]).filter((longer) => known.has(longer.slice(-5).join()))
    );
  }
  assert(rows.length > 1000);
  for (const row of rows) {
    const next = windows[0]!.map((_, i) =>
      row[i + 1] === BORDER ? BORDER : product.next([row.slice(i, i + 3)])[0]
    );
    assert(known.has(next.join()), `${row} becomes ${next}`);
  }
});
