import { assert, assertEquals } from "@std/assert";
import { closureOf, type LocalRule } from "../../lib/extraction/closure.ts";
import { allExamples, countInputs } from "../../lib/extraction/inputs.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { checksOf } from "../../lib/extraction/trials.ts";
import { initialRows, observed, running, type TriedOut, tryOut } from "../../lib/extraction/try_out.ts";
import { problems } from "../../mod.ts";
import { tableOf, windowsIn } from "../automaton/rules.ts";

const copy = problems.copy!;
const entrance = { initial: [1, 2, 3], symbols: copy.symbols, extraSteps: 0 };
const options = { problem: copy, exhaustive: 6, sizes: [20], examples: 5, seed: 1 };

/** Copies, but for the cell in the middle of these. */
const copying = (wrong?: string): LocalRule & { states: number } => ({
  radius: 1,
  states: 4,
  next: (neighbourhoods) => neighbourhoods.map((cells) => cells.join() === wrong ? 5 - cells[1]! : cells[1]!),
});

async function triedOut(rule: LocalRule & { states: number }, checks = options): Promise<TriedOut[]> {
  const rules = new RuleTable(1);
  const outputOf = (state: number) => Math.max(0, state - 1);
  const tried = observed({ rule, rules, outputOf, ...entrance });
  return await Array.fromAsync(tryOut(tried, checksOf(checks), {}));
}

Deno.test("tryOut() tries all inputs of small sizes and examples of every suite", async () => {
  assertEquals(
    (await triedOut(copying())).map(({ check }) => check),
    [
      ...[2, 4, 8, 16, 32, 64].map((examples, i) => ({ suite: "all", size: i + 1, examples, errors: 0 })),
      { suite: "random", size: 20, examples: 5, errors: 0 },
      { suite: "carry", size: 20, examples: 5, errors: 0 },
    ],
  );
});

Deno.test("tryOut() finds a rule that is wrong for one neighbourhood", async () => {
  const found = await triedOut(copying("2,3,2"));
  assertEquals(found.slice(0, 3).map(({ check }) => check.errors), [0, 0, 1]);
  assertEquals(found[2]!.wrong, [{ size: 3, input: "010", target: "010" }]);
  assertEquals(found[3]!.wrong.map(({ input }) => input), ["0010", "0100", "0101", "1010"]);
});

Deno.test("tryOut() finds what an automaton whose table is whole gets wrong, as it does while its table grows", async () => {
  const rules = tableOf(copying("2,3,2"), [1, 2, 3]);
  const automaton = {
    ...{ problem: copy, initial: [1, 2, 3], output: [0, 0, 1, 2], extraSteps: 0 },
    ...{ rules, closed: true, checks: [] },
  };
  // Long ones, too, of which those of the second suite are run by passes.
  const checks = { ...options, sizes: [20, 1500] };
  const found = await Array.fromAsync(tryOut(running(automaton), checksOf(checks), {}));
  assertEquals(found, await triedOut(copying("2,3,2"), checks));
  assert(found.at(-1)!.wrong.length > 0);
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
