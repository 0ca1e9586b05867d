/** What a training writes for people, on standard error. */
import { type Asked, extraStepsOf } from "../evaluation/asked.ts";
import type { Model, ReportRow } from "../model/model.ts";
import { sumOf } from "../deps.ts";
import { certifiedSize } from "../evaluation/certify.ts";
import type { EvaluateReport } from "../evaluation/evaluate_options.ts";
import type { TrainReport, TrainResult } from "../training/options.ts";
import { bar, formatDuration, type Progress } from "./progress.ts";
import { percent } from "../statistics.ts";
import { sparkline } from "./sparkline.ts";
import { table } from "../io/table.ts";

type WindowNews = Extract<TrainReport, { kind: "window" }>;
type SampleNews = Extract<TrainReport, { kind: "sample" }>["sample"];

/** The most characters shown of an example. */
const SHOWN = 24;

/** The number of checks in the curve of losses. */
const CURVE = 40;

/**
 * Shows people the progress of a training: a line for each validation, which stays, and below it live lines with the
 * present step, a curve of the last losses and the model's answer to an example.
 */
export function reportTraining(progress: Progress): (report: TrainReport) => void {
  let window: WindowNews | undefined;
  let losses: number[] = [];
  let sample: SampleNews | undefined;
  const show = (where: readonly string[]) => {
    const how = window === undefined ? [] : speedParts(window, progress.watched ? sparkline(losses) : "");
    if (!progress.watched) return progress.update([...where, ...how].join(" · "));
    const below = [...(how.length > 0 ? [how.join(" · ")] : []), ...(sample ? [sampleLine(sample)] : [])];
    progress.update(where.join(" · "), below);
  };
  return (report) => {
    switch (report.kind) {
      case "start": {
        const { name, adapter } = report.backend;
        const from = report.resumedAt > 0 ? `, from step ${report.resumedAt}` : "";
        const what = `${report.parameters} parameters on ${name}, ${adapter}${from}`;
        progress.note(report.out === undefined ? what : `${report.out}: ${what}`);
        if (report.finished) progress.note("The run is finished: here is its report");
        break;
      }
      case "note":
        progress.note(report.text);
        break;
      case "step":
        show(placeParts(report, window));
        break;
      case "window":
        if (report.state.attempt !== window?.state.attempt) losses = [];
        losses = [...losses, report.metrics.loss].slice(-CURVE);
        window = report;
        show(placeParts(report, window));
        break;
      case "sample":
        sample = report.sample;
        break;
      case "validating": {
        const { of: { size, confirmation, share }, secondsLeft } = report;
        const what = confirmation === 0 ? "validating" : `confirming (${confirmation} of 2)`;
        show([shareLine(`${what} size ${size}`, share, progress), ...timeLeft(secondsLeft)]);
        break;
      }
      case "validation":
        progress.note(validationLine(report));
        break;
      case "evaluating": {
        const { of: { suite, size }, share } = report;
        const line = shareLine(`final report: ${suite} at size ${size}`, share, progress);
        progress.update([line, ...timeLeft(report.secondsLeft)].join(" · "));
        break;
      }
      case "row":
        break;
    }
  };
}

/** A line about how far an evaluation is; it names the model where there are several. */
export function evaluationLine(
  { model, of: { suite, size }, share }: Extract<EvaluateReport, { kind: "evaluating" }>,
  several: boolean,
  progress: Pick<Progress, "watched">,
): string {
  return shareLine(`evaluating ${several ? `${model}, ` : ""}${suite} at size ${size}`, share, progress);
}

/** A line about how far some work is, with a bar for people who watch and in plain words for a log. */
export function shareLine(work: string, share: number, { watched }: Pick<Progress, "watched">): string {
  return watched ? `${work} ${bar(share, 12)} ${percent(share)}` : `${work}: ${percent(share)}`;
}

/** A line about how far a training is. */
function placeParts(
  { phase, state: { attempt, masteredAt, size, step } }: Pick<WindowNews, "phase" | "state">,
  window: WindowNews | undefined,
): string[] {
  return [
    phase,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(masteredAt === null && window !== undefined ? [`size ${size} of ${window.largest}`] : []),
    `step ${step}`,
    ...timeLeft(window?.secondsLeft),
  ];
}

/** A line about how the training learns, with a curve of its losses. */
function speedParts({ metrics, state }: WindowNews, curve: string): string[] {
  const { masteredAt, noiseAfterMastery } = state;
  return [
    `right ${percent(metrics.sequence_accuracy)}`,
    `loss ${metrics.loss.toPrecision(2)} ${curve}`.trimEnd(),
    ...(masteredAt === null || noiseAfterMastery === 0 ? [] : [`noise ${noiseAfterMastery.toPrecision(2)}`]),
    `${Number(metrics.steps_per_second.toPrecision(3))} steps/s`,
  ];
}

function timeLeft(seconds: number | undefined): string[] {
  return seconds === undefined ? [] : [`up to ${formatDuration(Math.ceil(seconds))} left`];
}

function sampleLine({ input, target, output }: SampleNews): string {
  const short = (text: string) => text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text || "nothing";
  const verdict = output === target ? "right" : `expected ${short(target)}`;
  return `e.g. ${short(input)} → ${short(output)}, ${verdict}`;
}

function validationLine(
  { score, sizes, rows, state: { step }, closing }: Extract<TrainReport, { kind: "validation" }>,
): string {
  const shares = score.slice(0, sizes.length).map((share, i) => `${percent(share)} at ${sizes[i]}`);
  const rounds = score.slice(sizes.length).map((_, i) => {
    const of = rows.filter(({ confirmation }) => confirmation === i + 1);
    const [right, examples] = [sumOf(of, ({ right }) => right), sumOf(of, ({ examples }) => examples)];
    return right === examples
      ? `, confirmed on ${examples} more to size ${of.at(-1)!.size}`
      : `, not confirmed: example ${examples} of size ${of.at(-1)!.size} and less is wrong`;
  });
  const what = closing ? "validation of the last step" : "validation";
  return `step ${step}: ${what} right ${shares.join(", ")}${rounds.join("")}`;
}

/** Prints the result of a training, and what can be done next. */
export function printResult(
  progress: Progress,
  { model, solved, reason, steps, seconds }: TrainResult,
  next: readonly string[],
): void {
  progress.print("\n" + accuracyTable(model));
  const verdict = solved ? "Solved" : "Not solved";
  progress.print(
    `\n${verdict} after ${steps} ${steps === 1 ? "step" : "steps"} in ${
      formatDuration(seconds)
    }: ${reason}\n`,
  );
  if (next.length > 0) progress.print(`Next:\n${next.map((command) => `  ${command}\n`).join("")}`);
}

/** A note for models, or an automaton, that take more steps than an example has positions. */
export function extraStepsNote(name: string, asked: Asked): string[] {
  const steps = extraStepsOf(asked);
  return steps === 0 ? [] : [`${name} takes ${steps} steps more than a row has positions`];
}

/** A line with the certified size of a model: what was tried, and what was wrong at the size beyond. */
export function certificate(rows: readonly ReportRow[]): string {
  const size = certifiedSize(rows);
  const wrong = rows.find(({ errors }) => errors > 0);
  const counts = [...new Set(rows.map(({ examples }) => examples))].join(" or ");
  const sizes = [...new Set(rows.map((row) => row.size))].sort((a, b) => a - b);
  const right = sizes.filter((tried) => tried <= size);
  const last = wrong === undefined
    ? "no larger size was tried"
    : `at ${wrong.size}, ${wrong.errors} of ${wrong.examples} of ${wrong.suite} were wrong`;
  return `Certified size: ${size}` +
    (size > 0 ? ` (no error in ${counts} of each suite at ${right.join(", ")})` : "") + `; ${last}`;
}

/** A line about the worst row below `threshold`; undefined where there is none. */
export function belowThreshold(
  rows: readonly ReportRow[],
  threshold: number | undefined,
): string | undefined {
  const worst = rows.toSorted((a, b) => a.sequence_accuracy - b.sequence_accuracy)[0];
  if (threshold === undefined || worst === undefined || worst.sequence_accuracy >= threshold) {
    return undefined;
  }
  const { model, suite, size, sequence_accuracy } = worst;
  const by = rows.every((row) => row.model === model) ? "" : ` with ${model}`;
  return `Below --fail-under ${threshold}: ${sequence_accuracy} of ${suite} at size ${size} is right${by}`;
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
