// Local rules on bits, and the product of binary-coded decimals.
import { assertEquals } from "@std/assert";
import { compare, pinned } from "../../support/against_oracle.ts";
import { digitsOf, textOf, times } from "../../support/digit_loops.ts";

const ones = (input: string) => [...input].filter((bit) => bit === "1").length;

/** The table of rule 110: what becomes of a cell with its left and its right neighbour. */
const TABLE: Readonly<Record<string, string>> = {
  ...{ "111": "0", "110": "1", "101": "1", "100": "0", "011": "1", "010": "1", "001": "1", "000": "0" },
};

const step = (row: string) => Array.from(row, (_, i) => TABLE[`0${row}0`.slice(i, i + 3)]).join("");

Deno.test("parity, prefix sums and rule 110 are right", () => {
  compare("parity", (input) => String(ones(input) % 2));
  compare("prefix-sums", (input) => Array.from(input, (_, i) => ones(input.slice(0, i + 1)) % 2).join(""));
  compare("rule110-step", step);
  compare("rule110", (input) => {
    let row = input;
    for (let i = 0; i < input.length; i++) row = step(row);
    return row;
  });
  pinned("prefix-sums", { "1101": "1001" });
  pinned("rule110-step", { "0001": "0011", "0011": "0111", "1111": "1001" });
  pinned("rule110", { "00000001": "11111101", "0001": "1111" }); // rows 8 and 4 from a single cell
});

Deno.test("binary-coded decimals: each digit in four bits, the least significant first, the last one marked", () => {
  const decoded = (text: string) => {
    assertEquals(text.length % 4, 0);
    return Array.from({ length: text.length / 4 }, (_, i) => {
      const [a, b, c, d] = digitsOf(text.slice(4 * i, 4 * i + 4)) as [number, number, number, number];
      const digit = a + 2 * b + 4 * c + 8 * (d - 2);
      assertEquals([Math.max(a, b, c) <= 1, d >= 2, digit <= 9], [true, true, true]);
      return digit;
    });
  };
  const coded = (digit: number) => [digit & 1, (digit >> 1) & 1, (digit >> 2) & 1, 2 + (digit >> 3)].join("");
  const sizes = [[1, 300], [2, 400], [3, 300], [5, 200], [12, 50]] as const;
  compare("mulbcd", (input, size) => {
    const [x, y] = input.split("*").map(decoded) as [number[], number[]];
    assertEquals([x.length, y.length], [size, size]);
    return digitsOf(textOf(times(x, y, 10), 2 * size)).map(coded).join("");
  }, sizes);
  pinned("mulbcd", { "1003*1003": "10020003" }); // 9 · 9 = 81
});
