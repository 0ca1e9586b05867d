import { assertEquals } from "@std/assert";
import type { AutomatonCheck } from "../../lib/automaton/automaton.ts";
import { closureOf, type LocalRule } from "../../lib/extraction/closure.ts";
import { allExamples, countInputs } from "../../lib/extraction/inputs.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { initialRows, tryOut } from "../../lib/extraction/try_out.ts";
import { problems } from "../../mod.ts";
import { windowsIn } from "../automaton/rules.ts";

const copy = problems.copy!;
const entrance = { initial: [1, 2, 3], symbols: copy.symbols, extraSteps: 0 };
const options = { problem: copy, exhaustive: 6, sizes: [20], examples: 5, seed: 1 };

/** Copies, but for the cell in the middle of these. */
const copying = (wrong?: string): LocalRule => ({
  radius: 1,
  next: (neighbourhoods) => neighbourhoods.map((cells) => cells.join() === wrong ? 5 - cells[1]! : cells[1]!),
});

async function checksOf(rule: LocalRule): Promise<AutomatonCheck[]> {
  const rules = new RuleTable(1);
  const outputOf = (state: number) => Math.max(0, state - 1);
  return await Array.fromAsync(tryOut({ rule, rules, outputOf, ...entrance }, options));
}

Deno.test("tryOut() tries all inputs of small sizes and examples of every suite", async () => {
  assertEquals(
    await checksOf(copying()),
    [
      ...[2, 4, 8, 16, 32, 64].map((examples, i) => ({ suite: "all", size: i + 1, examples, errors: 0 })),
      { suite: "random", size: 20, examples: 5, errors: 0 },
      { suite: "carry", size: 20, examples: 5, errors: 0 },
    ],
  );
});

Deno.test("tryOut() finds a rule that is wrong for one neighbourhood", async () => {
  const errors = (await checksOf(copying("2,3,2"))).map((check) => check.errors);
  assertEquals(errors.slice(0, 2), [0, 0]);
  assertEquals(errors[2], 1); // the input 010 alone
});

Deno.test("the closure asks once for each neighbourhood that can occur", async () => {
  const rows = [1, 2, 3, 4].flatMap((size) => initialRows([...allExamples(copy, size)], entrance));
  const needed: string[] = [];
  const rule: LocalRule = {
    radius: 1,
    next: (neighbourhoods) => {
      needed.push(...neighbourhoods.map(String));
      return copying().next(neighbourhoods);
    },
  };
  const closed = await closureOf(rule, windowsIn(rows, 3), { cells: 3, most: 1000 });
  // Two symbols or a border to the left, two symbols in the middle, two or a border to the right.
  assertEquals(closed!.rules.size, 3 * 2 * 3);
  assertEquals(new Set(needed).size, 18);
});

Deno.test("allExamples() lists each input of a size once, with its answer", () => {
  const sums = [...allExamples(problems.badd!, 2)];
  assertEquals(sums.length, 16);
  assertEquals(countInputs(problems.badd!, 2), 16);
  assertEquals(new Set(sums.map(({ input }) => input)).size, 16);
  for (const { input, target } of sums) assertEquals(target, problems.badd!.answer(input));
});
