// What a message says where one cell is expected and another one is given.
import { assertEquals } from "@std/assert";
import { difference } from "../../lib/cells/difference.ts";
import { cells } from "../../lib/cells/table.ts";

const mine = { ...cells.diagonal, name: "mine" };
const { reset, gate, candidate } = mine.banks;

Deno.test("cells of two names are told by these", () => {
  assertEquals(difference(mine, "diagonal"), ['"mine"', '"diagonal"']);
  assertEquals(difference(mine, { ...mine, name: "other" }), ['"mine"', '"other"']);
});

Deno.test("cells of one name are told by the first part that is not the same", () => {
  const biased = { ...mine, banks: { ...mine.banks, gate: { ...gate!, bias: 0.1 } }, next: "c" };
  assertEquals(difference(mine, biased), [
    '"mine" with banks.gate.bias 0.7',
    '"mine" with banks.gate.bias 0.1',
  ]);
  const formulas = { ...mine.formulas, h: "\u2028s" };
  assertEquals(difference(mine, { ...mine, formulas }), [
    '"mine" without formulas.h',
    '"mine" with formulas.h "\\u2028s"',
  ]);
  const turned = { ...mine, banks: { gate: gate!, reset: reset!, candidate: candidate! } };
  assertEquals(difference(mine, turned), ['"mine"', '"mine" with its parts in another order']);
});
