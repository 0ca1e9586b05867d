// Kaiser's problems of symbols, with two of them, 32 and others.
import { assertEquals } from "@std/assert";
import { findProblem, problems } from "../../../lib/problems/mod.ts";
import { expectedName } from "../../../lib/problems/table.ts";
import { compare, pinned } from "../../support/against_oracle.ts";

const pairsIn = (input: string) =>
  Array.from({ length: Math.floor(input.length / 2) }, (_, i) => input.slice(2 * i, 2 * i + 2));

/** A sort by insertion behind all that are not larger, which keeps the order of equals. */
function inserted(items: readonly string[], keyOf: (item: string) => string): string {
  const sorted: string[] = [];
  for (const item of items) {
    let place = sorted.length;
    while (place > 0 && keyOf(sorted[place - 1]!) > keyOf(item)) place--;
    sorted.splice(place, 0, item);
  }
  return sorted.join("");
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const oracles: Readonly<Record<string, (input: string, base: number) => string>> = {
  copy: (input) => input,
  reverse: (input) => [...input].reduce((turned, symbol) => symbol + turned, ""),
  duplicate: (input) => `${input}${input}`,
  sort: (input) => inserted([...input], (symbol) => symbol),
  kvsort: (input) => inserted(pairsIn(input), (pair) => pair[0]!),
  rev2: (input) => pairsIn(input).reduce((turned, pair) => pair + turned, ""),
  incr(input, base) {
    let carry = 1;
    return [...input].map((symbol) => {
      const digit = ALPHABET.indexOf(symbol) + carry;
      carry = digit === base ? 1 : 0;
      return ALPHABET[digit % base]!;
    }).join("");
  },
  left: (input) => input.slice(0, 1),
  right: (input) => input.slice(-1),
  "left-shift": (input) => Array.from(input, (_, i) => input[(i + 1) % input.length]).join(""),
  "right-shift": (input) => Array.from(input, (_, i) => input.at(i - 1)).join(""),
  search(input) {
    let found = "-";
    for (const pair of pairsIn(input).reverse()) if (pair[0] === input.at(-1)) found = pair[1]!;
    return found;
  },
};

for (const [name, oracle] of Object.entries(oracles)) {
  Deno.test(`${name} is right with 2 symbols and with 32`, () => {
    for (const [problem, base] of [[name, 2], [`${name}-32`, 32]] as const) {
      compare(problem, (input, size) => {
        const length = name === "search" ? 2 * size + 1 : ["kvsort", "rev2"].includes(name) ? 2 * size : size;
        assertEquals(input.length, length);
        return oracle(input, base);
      });
    }
  });
}

Deno.test("examples of symbols", () => {
  pinned("kvsort", { "110001": "000111", "11100100": "01001110" });
  pinned("rev2", { "011011": "111001" });
  pinned("incr-32", { VV: "00", V1: "02", "0": "1", "9": "A" });
  pinned("left-shift", { "1000": "0001" });
  pinned("right-shift", { "0001": "1000" });
  pinned("search-32", { A1B2A3A: "1", A1B2C: "-" });
});

Deno.test("a number after a hyphen is that of the symbols, and one that cannot be is refused with what can", () => {
  const seven = findProblem("sort-7")!;
  assertEquals([seven.name, seven.symbols, seven.answer("6051")], ["sort-7", "0123456", "0156"]);
  assertEquals(findProblem("search-3")!.symbols, "012-");
  assertEquals(findProblem("copy-62")!.symbols.length, 62);
  for (const name of ["sort-1", "sort-0", "sort-2", "sort-63", "sort-07", "sort-9999999999999999999"]) {
    assertEquals(findProblem(name), undefined);
    assertEquals(expectedName(name), "sort, which has 2 symbols, or sort-N with N from 3 to 62");
  }
  for (const name of ["sort-", "sort-x", "badd-3", "toString-3", "-3"]) {
    assertEquals(findProblem(name), undefined);
    assertEquals(expectedName(name).startsWith("a name that generate --list prints"), true);
  }
  assertEquals(problems["sort-7"], undefined);
});
