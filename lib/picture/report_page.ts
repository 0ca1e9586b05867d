/** The page of a run: how it went, how right its model is, and the model itself to play with. */
import type { Model, ReportRow } from "../model/model.ts";
import { percent } from "../statistics.ts";
import { accuracyChart } from "./accuracy.ts";
import { explanationOf, pageWith } from "./page.ts";
import type { Beginning } from "./page_data.ts";
import { escapeXml, labelOf, type Picture, svgText } from "./picture.ts";
import { trainingChart, type TrainingRow, type ValidationPoint } from "./training.ts";

/** The most rows of metrics and of validations that are drawn each: of more, every so many. */
const MOST_ROWS = 1000;

/** What is told of a run. */
export interface RunStory {
  /** Whether it is solved, and why. */
  readonly verdict: string;
  /** The rows of metrics.csv. */
  readonly metrics: readonly TrainingRow[];
  /** The rows of validation.csv. */
  readonly validations: readonly ValidationPoint[];
  /** What the player begins with. It is called by the run's directory. */
  readonly beginning: Beginning;
}

/** The text of the page of a run that has made a report, which is in its model. */
export async function reportPage(model: Model, run: RunStory): Promise<string> {
  const { problem, origin: { preset, seed }, results, configuration: { max_size } } = model;
  const { verdict, beginning } = run;
  const title = `${problem.name}, preset ${preset}, seed ${seed}`;
  const [metrics, validations] = [thinned(run.metrics), thinned(run.validations)];
  const hasCurves = metrics.length + validations.length > 0;
  const trainedTo = new Map(results.map((row) => [row.model, max_size]));
  const head = [
    `<h1>${escapeXml(title)}</h1>`,
    `<p><strong>${escapeXml(verdict)}</strong><br><small>${
      escapeXml(labelOf(beginning.name, 200))
    }</small></p>`,
    `<div class="charts">`,
    hasCurves ? drawn(await trainingChart(metrics, validations)) : "",
    drawn(await accuracyChart(results, trainedTo)),
    `</div>`,
    `<h2>The report</h2>\n<div class="table">${tableOf(results)}</div>`,
    `<p>${escapeXml(failuresOf(results))}</p>`,
    `<h2>The model at work</h2>\n<p>${escapeXml(explanationOf(model))}</p>`,
  ].join("\n");
  return pageWith({ title, head }, model, beginning);
}

/** Every so many rows, the last one among them. */
function thinned<Row>(rows: readonly Row[]): readonly Row[] {
  const every = Math.ceil(rows.length / MOST_ROWS);
  return rows.filter((_, i) => (rows.length - 1 - i) % every === 0);
}

function drawn(picture: Picture): string {
  return `<div>${svgText([picture])}</div>`;
}

function tableOf(results: readonly ReportRow[]): string {
  const line = (tag: string, cells: readonly (string | number)[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeXml(String(cell))}</${tag}>`).join("")}</tr>`;
  const header = line("th", ["size", "suite", "right", "sequence accuracy", "symbol accuracy"]);
  const rows = results.map(({ size, suite, examples, errors, sequence_accuracy, symbol_accuracy }) =>
    line("td", [
      size,
      suite,
      `${examples - errors} of ${examples}`,
      percent(sequence_accuracy),
      percent(symbol_accuracy),
    ])
  );
  return `<table><thead>${header}</thead><tbody>${rows.join("\n")}</tbody></table>`;
}

/** How much the report found wrong. */
function failuresOf(results: readonly ReportRow[]): string {
  const [wrong, tried] = [results.map(({ errors }) => errors), results.map(({ examples }) => examples)]
    .map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  return wrong === 0
    ? `None of the ${tried} answers of the report was wrong. evaluate --suite adversarial looks for inputs that are.`
    : `${wrong} of the ${tried} answers of the report were wrong. evaluate --predictions writes what the model answers, ` +
      "and plot draws where that is wrong.";
}
