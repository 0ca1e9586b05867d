/** How a training went: loss, size, noise and validation, over its steps. */
import type { Mark, Plot } from "../deps.ts";
import { drawChart, type LegendEntry, type Panel, seriesMarks, SHARES } from "./chart.ts";
import type { Picture } from "./picture.ts";
import { type SeriesStyle, styleOf } from "./style.ts";

/** What the chart takes of a row of metrics.csv. */
export interface TrainingRow {
  readonly step: number;
  readonly attempt: number;
  readonly size: number;
  readonly loss: number;
  /** Absent in the files of before it was kept. */
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
  const steps = [...metrics, ...looks].map(({ step }) => step);
  const x = { domain: [0, Math.max(...steps)], label: null, ticks: 6 };
  const starts = metrics.filter(({ attempt }, i) => i > 0 && attempt !== metrics[i - 1]!.attempt);
  const attempts = (plot: Plot) => [
    plot.ruleX(starts, { x: "step", stroke: "currentColor", strokeDasharray: "3 3" }),
    plot.text(starts, {
      x: "step",
      text: ({ attempt }: TrainingRow) => `attempt ${attempt}`,
      frameAnchor: "top",
      textAnchor: "start",
      dx: 5,
      fill: "currentColor",
    }),
  ];
  const panelOf = (
    label: string,
    y: Readonly<Record<string, unknown>>,
    value: (row: TrainingRow) => number,
  ): Panel => ({
    height: 150,
    x,
    y: { label, grid: true, ticks: 4, ...y },
    marks: (plot) => [
      ...attempts(plot),
      plot.lineY(metrics, { x: "step", y: value, stroke: styleOf(0).colour, strokeWidth: 1.5 }),
    ],
  });
  const noisy = metrics.some(({ state_noise = 0 }) => state_noise > 0);
  // A loss of 0 has no logarithm. Single precision has none between 0 and this.
  const loss = ({ loss }: TrainingRow) => Math.max(loss, 1e-45);
  const lines = linesOf(looks);
  const panels = [
    ...(metrics.length === 0 ? [] : [
      panelOf("loss (nats a position, logarithmic)", { type: "log" }, loss),
      panelOf("size that the curriculum has reached", {
        domain: [0, Math.max(...metrics.map(({ size }) => size))],
      }, ({ size }) => size),
    ]),
    ...(noisy
      ? [panelOf("noise on the state (half-width)", { zero: true }, ({ state_noise = 0 }) => state_noise)]
      : []),
    ...(lines.length === 0 ? [] : [{
      height: 230,
      x,
      y: { ...SHARES, label: "validation: answers right (%)" },
      marks: (plot: Plot): Mark[] => [
        ...attempts(plot),
        ...lines.flatMap(({ points, style }) => seriesMarks(plot, points, points, style)),
      ],
    }]),
  ];
  return await drawChart({
    title: "Training",
    notes: lines.length === 0 ? [] : ["Of several suites the validation shows the one with the most errors."],
    legend: lines.map(({ label, style }): LegendEntry => ({ label, ...style })),
    panels: panels.map((panel, i) =>
      i < panels.length - 1
        ? panel
        : { ...panel, x: { ...x, label: "step", labelAnchor: "center", labelArrow: "none" } }
    ),
  });
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
