// What the charts of a sweep show, from its tables.
import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../lib/errors.ts";
import { parseCsv } from "../../lib/io/csv.ts";
import {
  combinationsOfResults,
  combinationsOfSummary,
  extraStepsOf,
  sweepTableNamed,
} from "../../lib/sweep/chart_rows.ts";
import { formatSummary, summarize } from "../../lib/sweep/summary.ts";
import { columnsOf, type Row, type Table } from "../../lib/sweep/table.ts";

/** Runs of two seeds for each value of a setting; the first seed is right at the training size alone. */
function tableOf(setting: string, values: readonly string[]): Table {
  const columns = columnsOf(["problem", "preset", setting, "maps"], ["random", "carry"]);
  const rows = values.flatMap((value) =>
    ["1", "2"].map((seed): Row => ({
      ...Object.fromEntries(columns.map((column) => [column, ""])),
      ...{ run: `r${value}-s${seed}`, problem: "badd", preset: "default", [setting]: value, maps: "8", seed },
      ...{ status: "not solved", random_1x: "1", carry_1x: "1", random_10x: "0.5", carry_10x: "0.25" },
      ...(seed === "2" && { random_10x: "1", carry_10x: "1" }),
    }))
  );
  return { columns, rows };
}

Deno.test("combinations are named by the settings that differ, with the shares of their seeds", () => {
  const combinations = combinationsOfResults(tableOf("dropout", ["0", "0.1"]));
  assertEquals(combinations.map(({ label, runs }) => [label, runs]), [["dropout 0", 2], ["dropout 0.1", 2]]);
  assertEquals(combinations[0]!.right.map(({ times, share }) => [times, share]), [[1, 1], [2, 0], [5, 0], [
    10,
    0.5,
  ]]);
  assertEquals(combinationsOfResults(tableOf("dropout", ["0"]))[0]!.label, "badd, default");
});

Deno.test("results.csv and its summary.csv give the same chart", () => {
  const table = tableOf("dropout", ["0", ""]);
  const cells = parseCsv(formatSummary(summarize(table), table), "summary.csv");
  assertEquals(sweepTableNamed(cells[0]!), "summary");
  assertEquals(sweepTableNamed(table.columns), "results");
  const four = (value: number) => Number(value.toFixed(4));
  const rounded = combinationsOfResults(table).map(({ right, ...rest }) => ({
    ...rest,
    right: right.map(({ share, interval: [low, high], times }) => ({
      times,
      share: four(share),
      interval: [four(low), four(high)] as const,
    })),
  }));
  assertEquals(combinationsOfSummary(cells, "summary.csv"), rounded);
  assertEquals(rounded.map(({ label }) => label), ["dropout 0", "dropout by default"]);
});

Deno.test("a summary with a share above 1 is refused, with its place", () => {
  const table = tableOf("dropout", ["0"]);
  const cells = parseCsv(formatSummary(summarize(table), table), "summary.csv");
  cells[1]![cells[0]!.indexOf("right_2x")] = "1.5";
  const thrown = assertThrows(() => combinationsOfSummary(cells, "s.csv"), RunError);
  assertEquals(thrown.message, 'Cannot read s.csv: row 1 has right_2x "1.5", expected a number from 0 to 1');
});

Deno.test("where extra_steps alone differs, each run has its accuracy on the suite with the most errors", () => {
  assertEquals(extraStepsOf(tableOf("extra_steps", ["0", "4"]))!.filter(({ times }) => times === 10), [
    { extraSteps: 0, times: 10, accuracy: 0.25 },
    { extraSteps: 0, times: 10, accuracy: 1 },
    { extraSteps: 4, times: 10, accuracy: 0.25 },
    { extraSteps: 4, times: 10, accuracy: 1 },
  ]);
  assertEquals(extraStepsOf(tableOf("extra_steps", ["0"])), undefined);
  assertEquals(extraStepsOf(tableOf("dropout", ["0", "0.1"])), undefined);
});
