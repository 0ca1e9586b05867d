import type { Model, ReportRow } from "../model/model.ts";
import { REPORT_HEADER, reportLine } from "../report.ts";
import type { TrainReport, TrainResult } from "../training/options.ts";
import { writeStdout } from "./output.ts";
import { bar, formatDuration, type Progress } from "./progress.ts";
import { table } from "./table.ts";

type WindowNews = Extract<TrainReport, { kind: "window" }>;

/** Tells people on standard error how a training goes. */
export function reportTraining(
  progress: Progress,
  out: string,
): (report: TrainReport) => void {
  return (report) => {
    switch (report.kind) {
      case "start": {
        const { name, adapter } = report.backend;
        const from = report.resumedAt > 0 ? `, from step ${report.resumedAt}` : "";
        progress.note(`${out}: ${report.parameters} parameters on ${name}, ${adapter}${from}`);
        if (report.finished) progress.note("The run is finished: here is its report");
        break;
      }
      case "note":
        progress.note(report.text);
        break;
      case "window":
        progress.update(windowLine(report));
        break;
      case "validation": {
        const { score, sizes, state: { step } } = report;
        const shares = score.slice(0, sizes.length).map((share, i) => `${percent(share)} at ${sizes[i]}`);
        const confirmations = score.slice(sizes.length).map((share) => `, confirmation ${percent(share)}`);
        progress.note(`step ${step}: validation right ${shares.join(", ")}${confirmations.join("")}`);
        break;
      }
      case "evaluating":
        progress.update(evaluationLine(report.of, report.share, progress));
        break;
      case "row":
        break;
    }
  };
}

/** How far an evaluation is. */
export function evaluationLine(
  of: { readonly suite: string; readonly size: number },
  share: number,
  progress: Pick<Progress, "watched">,
): string {
  return shareLine(`evaluating ${of.suite} at size ${of.size}`, share, progress);
}

/** How far some work is: with a bar for people who watch, in plain words for a log. */
export function shareLine(work: string, share: number, { watched }: Pick<Progress, "watched">): string {
  return watched ? `${work} ${bar(share, 20)} ${percent(share)}` : `${work}: ${percent(share)}`;
}

function windowLine(report: WindowNews): string {
  const { state, window, stepsPerSecond } = report;
  const parts = [
    `step ${state.step}`,
    ...(state.attempt > 1 ? [`attempt ${state.attempt}`] : []),
    `size ${state.size}`,
    `loss ${window.loss.toFixed(4)}`,
    `right ${percent(window.sequenceAccuracy)}`,
    ...(state.masteredAt === null || state.finalNoise === 0
      ? []
      : [`noise ${state.finalNoise.toPrecision(2)}`]),
    `${stepsPerSecond.toPrecision(3)} steps/s`,
    ...timeLeft(report),
  ];
  return parts.join(" · ");
}

/** Known once the largest size is mastered, or where the number of steps is given. */
function timeLeft({ stepsLeft, stepsPerSecond }: WindowNews): string[] {
  return stepsLeft === undefined ? [] : [`${formatDuration(stepsLeft / stepsPerSecond)} left`];
}

/** Prints what a training came to: the rows on standard output, a table and the rest for people on standard error. */
export async function printReport(
  { model, solved, steps, seconds }: TrainResult,
  out: string,
  progress: Progress,
): Promise<void> {
  await writeStdout(REPORT_HEADER + model.results.map(reportLine).join(""));
  progress.print("\n" + accuracyTable(model));
  const verdict = solved ? "Solved" : "Not solved";
  progress.print(
    `\n${verdict} after ${steps} steps in ${formatDuration(seconds)}: ${out}/model.safetensors\n`,
  );
}

/** Says of a model where it takes more steps than a row has positions. */
export function extraStepsNote(name: string, { configuration: { extra_steps } }: Model): string[] {
  return extra_steps === 0 ? [] : [`${name} takes ${extra_steps} steps more than a row has positions`];
}

/** Says which row is the worst of those below `threshold`; undefined where there is none. */
export function belowThreshold(
  rows: readonly ReportRow[],
  threshold: number | undefined,
): string | undefined {
  const worst = rows.toSorted((a, b) => a.sequence_accuracy - b.sequence_accuracy)[0];
  if (threshold === undefined || worst === undefined || worst.sequence_accuracy >= threshold) {
    return undefined;
  }
  const { suite, size, sequence_accuracy } = worst;
  return `Below --fail-under ${threshold}: ${sequence_accuracy} of ${suite} at size ${size} is right`;
}

function accuracyTable({ results, configuration: { extra_steps } }: Model): string {
  const note = extra_steps > 0 ? `(with ${extra_steps} extra steps)\n` : "";
  const line = (row: ReportRow) => [
    String(row.size),
    row.suite,
    `${row.examples - row.errors} of ${row.examples}`,
    percent(row.sequence_accuracy),
    percent(row.symbol_accuracy),
  ];
  return note + table(["size", "suite", "right", "sequence accuracy", "symbol accuracy"], results.map(line));
}

/** A share as a percentage that shows 100% only where nothing is wrong. */
function percent(share: number): string {
  return share === 1 ? "100%" : `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}
