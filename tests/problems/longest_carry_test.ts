// How far carries run, by which sums are told apart in a chart.
import { assertEquals, assertThrows } from "@std/assert";
import { longestCarry } from "../../lib/problems/numbers.ts";

Deno.test("longestCarry() counts the digits through which a carry runs, from where it is made", () => {
  const lengths = [
    ["0000+0000", 0],
    ["1111+1000", 4],
    ["1110+0001", 0],
    ["1000+1000", 1],
    ["1010+1110", 2],
    ["1111+1111", 1],
  ] as const;
  for (const [input, length] of lengths) assertEquals(longestCarry(input, 2), length, input);
  assertEquals(longestCarry("5990+5000", 10), 3);
});

Deno.test("longestCarry() takes inputs of sums alone", () => {
  for (const input of ["11", "1+11", "2+1", "1*1"]) assertThrows(() => longestCarry(input, 2), RangeError);
});
