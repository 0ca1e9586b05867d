import { assertEquals } from "@std/assert";
import type { ReportRow } from "../../mod.ts";
import { concludeFrom } from "../../lib/training/conclusion.ts";

/** Rows of a report: errors of both suites by size. */
function report(errors: Record<number, [random: number, carry: number]>): ReportRow[] {
  return Object.entries(errors).flatMap(([size, ofSuites]) =>
    ofSuites.map((wrong, place) => ({
      model: "m",
      problem: "badd",
      suite: ["random", "carry"][place]!,
      size: Number(size),
      examples: 64,
      sequence_accuracy: 1 - wrong / 64,
      symbol_accuracy: 1,
      errors: wrong,
      seconds: 1,
    }))
  );
}

Deno.test("concludeFrom() calls a run solved where the report has no error as far as it was validated, and says why", () => {
  assertEquals(concludeFrom(report({ 5: [0, 0], 50: [0, 0] }), 50), {
    solved: true,
    reason: "the report has no error up to size 50",
  });
  assertEquals(concludeFrom(report({ 5: [0, 0], 50: [0, 1] }), 50), {
    solved: false,
    reason: "the report has errors up to size 50: 1 of 64 wrong (carry, size 50)",
  });
  assertEquals(concludeFrom(report({ 20: [0, 0], 100: [0, 0], 200: [2, 6] }), 100), {
    solved: true,
    reason: "the report has no error up to size 100, and beyond: 2 of 64 wrong (random, size 200), " +
      "6 of 64 wrong (carry, size 200)",
  });
  const { solved, reason } = concludeFrom(report({ 1: [1, 2], 2: [3, 4], 5: [5, 0] }), 10);
  assertEquals(solved, false);
  assertEquals(
    reason,
    "the report has errors up to size 5: 1 of 64 wrong (random, size 1), 2 of 64 wrong (carry, size 1), " +
      "3 of 64 wrong (random, size 2), and some in 2 more rows",
  );
  assertEquals(concludeFrom([], 10), { solved: false, reason: "there is no report" });
});
