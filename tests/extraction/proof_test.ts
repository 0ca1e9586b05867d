import { assert, assertEquals, assertRejects } from "@std/assert";
import { answersOf } from "../../lib/extraction/answers.ts";
import type { Automaton } from "../../lib/automaton/automaton.ts";
import { closureOf } from "../../lib/extraction/closure.ts";
import { loadAutomaton } from "../../lib/automaton/file.ts";
import { formOf, windowsOf } from "../../lib/extraction/form.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { isProved, prove } from "../../lib/extraction/proof.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { tableRule } from "../../lib/extraction/table_rule.ts";
import { problems, Random, RunError } from "../../mod.ts";
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
      for await (const { right } of answersOf(automaton, allExamples(problems.sort, small), {})) {
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
  const random = new Random(1, "altered rules");
  const counts = { proved: 0, refused: 0 };
  for (let trial = 0; trial < 20; trial++) {
    const rule = random.integer(sort.rules.size);
    const next = random.between(1, sort.output.length - 1);
    const candidate = altered(sort, rule, next);
    const accepted = await isProved(candidate, problems.sort);
    counts[accepted ? "proved" : "refused"]++;
    if (accepted) assert(await isRightTo(9, candidate), `rule ${rule} to ${next}, seed 1`);
  }
  assert(counts.proved > 0 && counts.refused > 0, JSON.stringify(counts));
});

Deno.test("prove() says what a wrong automaton may write, and of what it has no rule", async () => {
  const negated = { ...sort, output: sort.output.map((symbol) => symbol === 0 ? 0 : 3 - symbol) };
  const error = await assertRejects(() => prove(negated, problems.sort), RunError);
  assertEquals(error.message, "The automaton of sort is not proved right: it may write 1 where 0 is right");
  const rules = new RuleTable(2);
  for (const [cells, next] of [...sort.rules.rules()].slice(1)) rules.add(cells, next);
  await assertRejects(() => prove({ ...sort, rules }, problems.sort), RunError, "has no rule for cells");
  await assertRejects(() => prove({ ...sort, extraSteps: 1 }, problems.sort), RunError, "more steps");
});

Deno.test("the windows of a closure are all that a step makes of rows of them", async () => {
  const cells = 5;
  const initial = windowsOf(formOf(problems.sort)!, sort.initial, cells);
  const { windows } = (await closureOf(tableRule(sort.rules), initial, { cells, most: 10_000 }))!;
  const known = new Set(windows.map((window) => window.join()));
  for (const window of initial) assert(known.has(window.join()), `${window}`);
  // All rows of nine cells whose windows are known. Five of their cells have a next state.
  let rows = windows;
  for (let more = cells; more < 9; more++) {
    rows = rows.flatMap((row) =>
      Array.from(sort.output, (_, state) => [...row, state])
        .filter((longer) => known.has(longer.slice(-cells).join()))
    );
  }
  assert(rows.length > 1000);
  for (const row of rows) {
    const next = [0, 1, 2, 3, 4].map((i) => row[i + 2] === 0 ? 0 : sort.rules.find(row.slice(i, i + 5))!);
    assert(known.has(next.join()), `${row} becomes ${next}`);
  }
});
