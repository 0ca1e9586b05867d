import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { comparison, summary } from "../../lib/bench/summary.ts";
import { row } from "../support/benchmark.ts";

Deno.test("comparison() gives the ratio of medians for each row, and says which rows have no counterpart", () => {
  const now = [row(), row({ variant: "fused" }), row({ phase: "backward", median_ms: 0 })];
  const before = [
    row({ median_ms: 20, adapter: "slower" }),
    row({ phase: "backward" }),
    row({ phase: "forward" }),
    row({ backend: "cpu", variant: "fused" }),
  ];
  const lines = comparison(now, before, "old.csv").trimEnd().split("\n").map((line) =>
    line.split(/ {2,}/).slice(1).join(" | ")
  );
  assertEquals(lines.slice(1, 4), [
    "tape | step | 8.0 | 20.0 | 2.50",
    "fused | step | 8.0 | not in the baseline",
    "tape | backward | 0.0 | 8.0",
  ]);
  const text = comparison(now, before, "old.csv");
  assertMatch(
    text,
    /\nRows of old\.csv that were not timed now: 2\nThe baseline ran on another adapter: slower\n$/,
  );
});

Deno.test("summary() shows the step's share of the peak, and its ratio to the tape where that was timed", () => {
  const rows = [
    row({ median_ms: 30, gpu_ms: 20 }),
    row({ variant: "fused", median_ms: 20, gpu_ms: undefined }),
    row({ variant: "fused", phase: "forward" }),
    row({ variant: "fused", maps: 6 }),
  ];
  const text = summary(rows, { gflops: 8, bandwidth: 3, by: "tests" });
  const lines = text.split("\n").map((line) => line.split(/ {2,}/).slice(1).join(" | "));
  assertEquals(lines.slice(1, 4), [
    "tape | 30.0 | 7.5–0.0 | 20.0 | 2.0 | 25.0% | 1.00",
    "fused | 20.0 | 7.5–0.0 | 2.0 | 25.0% | 1.50",
    "fused | 8.0 | 7.5–0.0 | 0.5 | 2.0 | 25.0%",
  ]);
  assertMatch(text, /spread +GPU ms/);
  const withoutClock = summary(rows.map((own) => ({ ...own, gpu_ms: undefined })), {
    gflops: 8,
    by: "tests",
  });
  assertNotMatch(withoutClock, /GPU ms/);
  assertMatch(text, /\nPeak, measured by tests: 8\.0 GFLOP\/s and 3\.0 GB\/s\n$/);
});
