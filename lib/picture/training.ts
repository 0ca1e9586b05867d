/** How a training went: loss, size, noise and validation, over its steps. */
import type { Mark, Plot } from "../deps.ts";
import { drawChart, logScale, markedAt, type Panel, seriesMarks, SHARES } from "./chart.ts";
import type { Picture } from "./picture.ts";
import { type SeriesStyle, styleOf } from "./style.ts";

/** What the chart takes of a row of metrics.csv. */
export interface TrainingRow {
  readonly step: number;
  readonly attempt: number;
  readonly size: number;
  readonly loss: number;
  /** Absent in rows of before it was kept. */
  readonly state_noise?: number | undefined;
}

/** What the chart takes of a row of validation.csv. */
export interface ValidationPoint {
  readonly step: number;
  readonly size: number;
  readonly sequence_accuracy: number;
  readonly confirmation: number;
}

/** Draws what is known of a training: a panel for each of loss, size, noise and validation. */
export async function trainingChart(
  metrics: readonly TrainingRow[],
  validations: readonly ValidationPoint[],
): Promise<Picture> {
  const looks = validations.filter(({ confirmation }) => confirmation === 0);
  const x = { domain: [0, largestOf([...metrics, ...looks], ({ step }) => step)], ticks: 6 };
  const attempts = attemptsIn(metrics);
  const panels: Panel[] = metricsOf(metrics).map(({ label, y, value }) => ({
    label,
    height: 90,
    x,
    y: { grid: true, ticks: 4, ...y },
    marks: (plot) => [
      ...attempts(plot),
      plot.lineY(metrics, { x: "step", y: value, stroke: styleOf(0).colour, strokeWidth: 1.5 }),
    ],
  }));
  const lines = linesOf(looks);
  if (lines.length > 0) {
    panels.push({
      label: "validation: answers right (%)",
      height: 160,
      x,
      y: SHARES,
      marks: (plot) => [
        ...attempts(plot),
        ...lines.flatMap(({ points, style }) => seriesMarks(plot, points, points, style)),
      ],
    });
  }
  return await drawChart({
    title: "Training",
    notes: lines.length === 0 ? [] : ["Of several suites the validation shows the one with the most errors."],
    legend: lines.map(({ label, style }) => ({ label, ...style })),
    panels: [...panels.slice(0, -1), { ...panels.at(-1)!, xLabel: "step" }],
  });
}

/** A column of metrics, and how it is drawn. */
interface Metric {
  readonly label: string;
  /** Its scale, as options of Plot. */
  readonly y: Readonly<Record<string, unknown>>;
  readonly value: (row: TrainingRow) => number;
}

/** The columns that are drawn: the noise only where there is some, and none where there are no rows. */
function metricsOf(rows: readonly TrainingRow[]): Metric[] {
  if (rows.length === 0) return [];
  const noise = ({ state_noise = 0 }: TrainingRow) => state_noise;
  const loss = ({ loss }: TrainingRow) => Math.max(loss, LEAST_LOSS);
  return [
    {
      label: "loss (nats a position, on a logarithmic scale)",
      y: lossScale(-largestOf(rows, (row) => -loss(row)), largestOf(rows, loss)),
      value: loss,
    },
    {
      label: "size that the curriculum has reached",
      y: { domain: [0, largestOf(rows, ({ size }) => size)] },
      value: ({ size }) => size,
    },
    ...(rows.some((row) => noise(row) > 0)
      ? [{ label: "noise on the state (half of its range)", y: { zero: true }, value: noise }]
      : []),
  ];
}

/** What is drawn of a loss of 0, which has no logarithm: single precision has nothing between 0 and this. */
const LEAST_LOSS = 1.4e-45;

/** A scale between powers of ten, with ticks at five of them at most. */
function lossScale(least: number, most: number): ReturnType<typeof logScale> {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const step = Math.ceil((to - from + 1) / 5);
  const powers = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => to - i * step);
  return logScale(10 ** from, 10 ** to, powers.map((power) => 10 ** power));
}

/** The largest of the numbers of rows, of which there may be too many for the arguments of a call. */
function largestOf<Row>(rows: readonly Row[], numberOf: (row: Row) => number): number {
  return rows.reduce((largest, row) => Math.max(largest, numberOf(row)), -Infinity);
}

/** Lines where attempts begin, the first left out. */
function attemptsIn(rows: readonly TrainingRow[]): (plot: Plot) => Mark[] {
  const starts = rows.filter(({ attempt }, i) => i > 0 && attempt !== rows[i - 1]!.attempt);
  return (plot) => starts.flatMap(({ step, attempt }) => markedAt(plot, step, `attempt ${attempt}`));
}

/** The accuracy at one size over the steps. */
interface Line {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly points: readonly (readonly number[])[];
}

function linesOf(looks: readonly ValidationPoint[]): Line[] {
  const sizes = [...Map.groupBy(looks, ({ size }) => size)].sort(([a], [b]) => a - b);
  return sizes.map(([size, own], i) => {
    const times = size / sizes[0]![0];
    const points = [...Map.groupBy(own, ({ step }) => step)]
      .map(([step, suites]) => [step, Math.min(...suites.map((row) => row.sequence_accuracy))]);
    const label = Number.isInteger(times) ? `size ${size} (${times}×)` : `size ${size}`;
    return { label, style: styleOf(i), points };
  });
}
