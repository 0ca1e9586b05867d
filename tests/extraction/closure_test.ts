import { assert, assertEquals } from "@std/assert";
import { closureOf, type LocalRule } from "../../lib/extraction/closure.ts";
import { observe } from "../../lib/extraction/observe.ts";
import { BORDER, RuleTable } from "../../lib/automaton/rule_table.ts";
import { moveRight, windowsIn } from "../automaton/rules.ts";

/** All rows of these states with the given number of cells. */
function rows(states: readonly number[], cells: number): Int32Array[] {
  if (cells === 0) return [new Int32Array(0)];
  return rows(states, cells - 1).flatMap((row) => states.map((state) => Int32Array.of(...row, state)));
}

const upTo = (states: readonly number[], cells: number) =>
  Array.from({ length: cells }, (_, i) => rows(states, i + 1)).flat();

Deno.test("the closure has all neighbourhoods of long runs", async () => {
  const { rules: closed } =
    (await closureOf(moveRight, windowsIn(upTo([2, 3], 4), 3), { cells: 3, most: 1000 }))!;
  const seen = new RuleTable(1);
  const nine = rows([2, 3], 9);
  observe(moveRight, seen, nine, nine.map(({ length }) => length));
  assert(seen.size > 10);
  for (const [cells, next] of seen.rules()) assertEquals(closed.find(cells), next, `${cells}`);
});

Deno.test("the closure leaves out what no row of a run has", async () => {
  // All initial rows have one 3, at their left end. A move to the right never makes two of them apart.
  const initial = upTo([2], 6).map((row) => Int32Array.of(3, ...row));
  const { rules: closed } = (await closureOf(moveRight, windowsIn(initial, 3), { cells: 3, most: 1000 }))!;
  assert(closed.find([3, 3, 2]) !== undefined);
  assertEquals(closed.find([2, 2, 3]), undefined);
  assertEquals(closed.find([2, 3, 3]), undefined);
});

Deno.test("the closure is given up where it is larger than asked for", async () => {
  const count: LocalRule = {
    radius: 1,
    next: (neighbourhoods) => neighbourhoods.map(([, own]) => own === BORDER ? BORDER : own! + 1),
  };
  assertEquals(await closureOf(count, windowsIn(upTo([1], 5), 3), { cells: 3, most: 200 }), undefined);
});
