import { assertEquals } from "@std/assert";
import { table } from "../../lib/io/table.ts";

Deno.test("table() aligns words to the left and numbers to the right", () => {
  const text = table(["suite", "size", "errors"], [["random", "20", "0"], ["carry", "1,000", ""]]);
  assertEquals(text, "suite    size  errors\nrandom     20       0\ncarry   1,000\n");
});
