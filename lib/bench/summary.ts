/** What a benchmark writes for people. */
import { table } from "../io/table.ts";
import { sameWorkload, workloadName } from "./workloads.ts";
import type { Ceiling } from "./ceiling.ts";
import type { BenchRow } from "./report.ts";

/** The table of training steps: milliseconds, share of the peak, and how many times as fast as the tape each is. */
export function summary(rows: readonly BenchRow[], ceiling: Ceiling): string {
  const steps = rows.filter(({ phase }) => phase === "step");
  const timed = steps.some(({ gpu_ms }) => gpu_ms !== undefined);
  const lines = steps.map((row) => {
    const tape = steps.find((other) => other.variant === "tape" && sameWorkload(other, row));
    return [
      workloadName(row),
      row.variant,
      row.median_ms.toFixed(1),
      `${row.min_ms.toFixed(1)}–${row.max_ms.toFixed(1)}`,
      ...(timed ? [row.gpu_ms?.toFixed(1) ?? ""] : []),
      row.gflops.toFixed(1),
      `${(100 * row.gflops / ceiling.gflops).toFixed(1)}%`,
      tape === undefined ? "" : (tape.median_ms / row.median_ms).toFixed(2),
    ];
  });
  const header = [
    "training step",
    "variant",
    "median ms",
    "spread",
    ...(timed ? ["GPU ms"] : []),
    "GFLOP/s",
    "of peak",
    "× tape",
  ];
  return table(header, lines) + ceilingLine(ceiling);
}

function ceilingLine({ gflops, bandwidth, by }: Ceiling): string {
  const moved = bandwidth === undefined ? "" : ` and ${bandwidth.toFixed(1)} GB/s`;
  return `Peak, measured by ${by}: ${gflops.toFixed(1)} GFLOP/s${moved}\n`;
}

/** The table that compares each row's median with that of the same row of an earlier run, perhaps on another adapter. */
export function comparison(
  rows: readonly BenchRow[],
  baseline: readonly BenchRow[],
  name: string,
): string {
  const sameRow = (a: BenchRow, b: BenchRow) =>
    sameWorkload(a, b) && a.variant === b.variant && a.backend === b.backend && a.phase === b.phase;
  const lines = rows.map((row) => {
    const before = baseline.find((other) => sameRow(row, other));
    return [
      workloadName(row),
      row.variant,
      row.phase,
      row.median_ms.toFixed(1),
      ...(before === undefined ? ["", "not in the baseline"] : [
        before.median_ms.toFixed(1),
        row.median_ms > 0 ? (before.median_ms / row.median_ms).toFixed(2) : "",
      ]),
    ];
  });
  const missing = baseline.filter((before) => !rows.some((row) => sameRow(row, before))).length;
  const adapters = new Set(baseline.map(({ adapter }) => adapter)).difference(
    new Set(rows.map(({ adapter }) => adapter)),
  );
  return [
    table(["case", "variant", "phase", "median ms", "baseline ms", "× as fast"], lines),
    ...(missing > 0 ? [`Rows of ${name} that were not timed now: ${missing}\n`] : []),
    ...[...adapters].map((adapter) => `The baseline ran on another adapter: ${adapter}\n`),
  ].join("");
}
