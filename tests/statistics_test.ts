import { assertEquals } from "@std/assert";
import { median } from "../lib/statistics.ts";

Deno.test("median() is the middle number, or the mean of the middle two", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 9, 1]), 9);
  assertEquals(median([4, 100, 1, 3]), 3.5);
});
