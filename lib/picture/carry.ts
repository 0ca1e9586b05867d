/** How often sums go wrong, by how far a carry has to run in them. */
import { longestCarry } from "../problems/numbers.ts";
import { findProblem } from "../problems/table.ts";
import { neverFalling } from "../statistics.ts";
import { drawChart, markedAt, seriesMarks, SHARES } from "./chart.ts";
import { labelOf, type Picture } from "./picture.ts";
import type { PredictedRow } from "./predictions.ts";
import { type SeriesStyle, styleOf } from "./style.ts";

/** What became of the sums with carries of a length. */
interface Failures {
  readonly length: number;
  readonly share: number;
  readonly examples: number;
}

/** The failures of a model. */
interface Curve {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly failures: readonly Failures[];
  /** The shares, smoothed so that they never fall. */
  readonly smooth: readonly number[];
  /** The length from which on half of the sums fail, where there is one. */
  readonly half: number | undefined;
}

/** Whether a row is a sum of which it is known whether the model was right. */
export function isJudgedSum({ problem, right }: PredictedRow): boolean {
  return right !== undefined && findProblem(problem)?.arithmetic?.operator === "+";
}

/** Draws the share of wrong sums against the length of the longest carry. The rows are judged sums, one at least. */
export async function carryChart(rows: readonly PredictedRow[]): Promise<Picture> {
  const models = Map.groupBy(rows, ({ model, problem }) => JSON.stringify([model, problem]));
  const curves = [...models.values()].map((own, i) => curveOf(own, i));
  const longest = Math.max(1, ...curves.flatMap(({ failures }) => failures.map(({ length }) => length)));
  return await drawChart({
    title: "Wrong sums by the length of their longest carry",
    notes: [
      "A marker is the share at one length, larger for more examples; the line is their fit that never falls.",
    ],
    legend: curves.map(({ label, style }) => ({ label, ...style })),
    panels: [{
      height: 260,
      x: {
        domain: [0, longest],
        label: "digits that the longest carry runs through",
        labelAnchor: "center",
        labelArrow: "none",
      },
      y: { ...SHARES, label: "sums wrong (%)" },
      marks: (plot) =>
        curves.flatMap(({ style, failures, smooth, half }) => [
          plot.dot(failures, {
            x: "length",
            y: "share",
            r: ({ examples }: Failures) => 1.5 + Math.min(4, Math.sqrt(examples) / 2),
            symbol: style.symbol,
            fill: style.colour,
            fillOpacity: 0.5,
          }),
          ...seriesMarks(plot, failures.map(({ length }, i) => [length, smooth[i]!]), [], style),
          ...(half === undefined ? [] : markedAt(plot, half, `half fail from ${half} on`)),
        ]),
    }],
  });
}

function curveOf(rows: readonly PredictedRow[], index: number): Curve {
  const [{ model, problem }] = rows as [PredictedRow];
  const { radix } = findProblem(problem)!.arithmetic!;
  const lengths = Map.groupBy(rows, ({ input }) => longestCarry(input, radix));
  const failures = [...lengths].sort(([a], [b]) => a - b).map(([length, own]) => ({
    length,
    share: own.filter(({ right }) => !right).length / own.length,
    examples: own.length,
  }));
  const smooth = neverFalling(failures.map(({ share }) => share), failures.map(({ examples }) => examples));
  const half = failures[smooth.findIndex((share) => share >= 0.5)]?.length;
  return { label: `${labelOf(model)}, ${problem}`, style: styleOf(index), failures, smooth, half };
}
