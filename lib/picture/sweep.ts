/** What share of the seeds of each setting is right, with its interval. */
import type { Mark } from "../deps.ts";
import { drawChart, type Panel, SHARES } from "./chart.ts";
import { labelOf, type Picture } from "./picture.ts";
import { styleOf } from "./style.ts";

/** The runs of one combination of settings. */
export interface Combination {
  /** What tells it from the others, such as `dropout 0.1`. */
  readonly label: string;
  /** How many runs it has. */
  readonly runs: number;
  /** The share of runs without an error at multiples of the training size, with its 95% interval. */
  readonly right: readonly {
    readonly times: number;
    readonly share: number;
    readonly interval: readonly [low: number, high: number];
  }[];
}

/** Draws the share of right runs: for each combination a row at each multiple of the training size. */
export async function sweepChart(combinations: readonly Combination[]): Promise<Picture> {
  const panels = combinations.map(({ label, runs, right }, index): Panel => ({
    label: `${labelOf(label, 80)} (${runs} ${runs === 1 ? "run" : "runs"})`,
    height: 17 * right.length,
    ...(index === combinations.length - 1 && { xLabel: "runs without an error (%)" }),
    x: SHARES,
    y: { domain: right.map(({ times }) => `${times}×`) },
    marks: ({ ruleY, dot }): Mark[] =>
      right.flatMap(({ times, share, interval: [low, high] }, i) => {
        const { colour, symbol } = styleOf(i);
        const y = () => `${times}×`;
        return [
          ruleY([0], { y, x1: low, x2: high, stroke: colour, strokeWidth: 2 }),
          dot([0], { y, x: () => share, fill: colour, symbol, r: 4.5 }),
        ];
      }),
  }));
  return await drawChart({
    title: "Share of seeds that are right, by setting",
    notes: [
      "At 1, 2, 5 and 10 times the training size; the lines are 95% intervals. A run is right without an error on any suite.",
    ],
    legend: [],
    panels,
  });
}
