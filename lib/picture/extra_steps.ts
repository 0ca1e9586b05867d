/** How right networks are by how many steps they take beyond the length of the input. */
import { median } from "../statistics.ts";
import { drawChart, seriesMarks, SHARES } from "./chart.ts";
import type { Picture } from "./picture.ts";
import { styleOf } from "./style.ts";

/** What a run came to at a multiple of its training size. */
export interface ExtraStepsRow {
  /** Steps beyond the length of the input. */
  readonly extraSteps: number;
  /** The multiple. */
  readonly times: number;
  /** Its sequence accuracy there, on the suite with the most errors. */
  readonly accuracy: number;
}

/** Draws sequence accuracy against extra steps: a line for each multiple of the training size. One row at least. */
export async function extraStepsChart(rows: readonly ExtraStepsRow[]): Promise<Picture> {
  const lines = [...Map.groupBy(rows, ({ times }) => times)].map(([times, own], i) => {
    const medians = [...Map.groupBy(own, ({ extraSteps }) => extraSteps)]
      .map(([extraSteps, runs]) => [extraSteps, median(runs.map(({ accuracy }) => accuracy))])
      .sort(([a], [b]) => a! - b!);
    return { label: `${times}× the training size`, style: styleOf(i), medians, own };
  });
  const ticks = [...new Set(rows.map(({ extraSteps }) => extraSteps))];
  return await drawChart({
    title: "Sequence accuracy by extra steps",
    notes: ["Small markers are runs, on their suite with the most errors; the line is their median."],
    legend: lines.map(({ label, style }) => ({ label, ...style })),
    panels: [{
      label: "answers right (%)",
      height: 200,
      xLabel: "steps beyond the length of the input",
      x: {
        domain: [Math.min(...ticks), Math.max(...ticks)],
        ticks,
        tickFormat: String,
      },
      y: SHARES,
      marks: (plot) =>
        lines.flatMap(({ style, medians, own }) => [
          plot.dot(own, {
            x: "extraSteps",
            y: "accuracy",
            r: 2.5,
            symbol: style.symbol,
            fill: style.colour,
            fillOpacity: 0.5,
          }),
          ...seriesMarks(plot, medians, medians, style),
        ]),
    }],
  });
}
