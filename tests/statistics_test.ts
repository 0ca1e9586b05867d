import { assertEquals } from "@std/assert";
import { median, neverFalling, percent } from "../lib/statistics.ts";

Deno.test("median() is the middle number, or the mean of the middle two", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 9, 1]), 9);
  assertEquals(median([4, 100, 1, 3]), 3.5);
});

Deno.test("neverFalling() replaces neighbours that fall by their mean, by weight", () => {
  assertEquals(neverFalling([1, 2, 5], [1, 1, 1]), [1, 2, 5]);
  assertEquals(neverFalling([0, 4, 1, 6], [1, 1, 2, 1]), [0, 2, 2, 6]);
  assertEquals(neverFalling([3, 2, 1], [1, 1, 1]), [2, 2, 2]);
});

Deno.test("percent() shows 100% only where nothing is wrong", () => {
  assertEquals([1, 0.99999, 0.625, 0].map(percent), ["100%", "99.9%", "62.5%", "0.0%"]);
});
