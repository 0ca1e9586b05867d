/** What a sweep writes for people, on standard error. */
import type { Progress } from "../cli/progress.ts";
import { formatDuration } from "../cli/progress.ts";
import { table as formatTable } from "../io/table.ts";
import { printable } from "../errors.ts";
import { percent } from "../statistics.ts";
import type { CombinationSummary } from "./summary.ts";
import type { SweepReport } from "./sweep.ts";
import { MULTIPLES, type Row } from "./table.ts";

/**
 * Reports the progress of a sweep: a line for each run that has ended, and on a terminal the last line of a running
 * one.
 */
export function reportSweep(progress: Progress, out: string): (report: SweepReport) => void {
  let done = 0;
  let of = 0;
  return (report) => {
    switch (report.kind) {
      case "start":
        [done, of] = [report.known, report.runs];
        progress.note(
          `${out}: ${of} ${of === 1 ? "run" : "runs"}${done > 0 ? `, ${done} of them done before` : ""}`,
        );
        break;
      case "news":
        if (progress.watched) {
          progress.update(`${done} of ${of} runs done · ${report.run.id}: ${report.line}`);
        }
        break;
      case "row":
        progress.note(`${++done} of ${of} · ${report.row.run}: ${verdict(report.row)}`);
        break;
      case "interrupted":
        progress.note(`${report.run.id}: interrupted`);
        break;
      case "taken":
        progress.note(`${report.run.id}: left out, another sweep is training it`);
        break;
    }
  };
}

function verdict({ status, message, steps, seconds }: Row): string {
  return status === "failed"
    ? `failed: ${message}`
    : `${status} after ${steps} steps in ${formatDuration(Number(seconds))}`;
}

/** The most characters shown of a value: a long one would make every line of the table as long. */
const CELL = 60;

/** A line about the combination of which the smallest share of runs is solved, where that is below `threshold`. */
export function belowShare(
  summaries: readonly CombinationSummary[],
  threshold: number | undefined,
): string | undefined {
  const share = ({ solved, runs }: CombinationSummary) => solved / runs;
  const worst = summaries.toSorted((a, b) => share(a) - share(b))[0];
  if (threshold === undefined || worst === undefined || share(worst) >= threshold) return undefined;
  const values = columnsThatDiffer(summaries).map((column) =>
    `${column} ${shownCell(worst.combination[column]!)}`
  );
  const given = values.length === 0 ? "" : ` with ${values.join(", ")}`;
  return `Below --fail-under ${threshold}: ${worst.solved} of ${worst.runs} runs${given} are solved`;
}

/** Summaries as a table for people, with the settings that differ between combinations. */
export function summaryTable(summaries: readonly CombinationSummary[]): string {
  const columns = columnsThatDiffer(summaries);
  const header = [
    ...columns,
    "runs",
    "failed",
    "solved",
    ...MULTIPLES.map((times) => `right at ${times}×`),
    "certified",
    "steps",
    "seconds",
  ];
  const lines = summaries.map(({ combination, runs, failed, solved, right, medians }) => [
    ...columns.map((column) => shownCell(combination[column]!)),
    ...[runs, failed, solved].map(String),
    ...right.map(({ count, interval: [low, high] }) =>
      `${percent(count / runs)} (${percent(low)} to ${percent(high)})`
    ),
    ...[medians.certified_size, medians.steps, medians.seconds].map((value) =>
      Number.isNaN(value) ? "" : String(Math.round(value))
    ),
  ]);
  return formatTable(header, lines) +
    "Shares of runs without an error, with 95% intervals (Wilson); medians of the certified size, steps and seconds\n";
}

function columnsThatDiffer(summaries: readonly CombinationSummary[]): string[] {
  return Object.keys(summaries[0]?.combination ?? {}).filter((column) =>
    new Set(summaries.map(({ combination }) => combination[column])).size > 1
  );
}

function shownCell(value: string): string {
  return printable(value, CELL);
}
