/** How often sums go wrong, by how far a carry has to run in them. */
import { longestCarry } from "../problems/numbers.ts";
import { findProblem } from "../problems/table.ts";
import { neverFalling } from "../statistics.ts";
import { drawChart, markedAt, seriesMarks, SHARES } from "./chart.ts";
import { labelOf, type Picture } from "./picture.ts";
import type { PredictedRow } from "./predictions.ts";
import { type SeriesStyle, styleOf } from "./style.ts";

/** A row that is a sum, with the length of its longest carry. */
type Sum = PredictedRow & { readonly length: number };

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

/** Through how many digits the longest carry of a row goes; undefined unless it is a sum of which it is known whether it is right. */
function carryOf({ problem, input, right }: PredictedRow): number | undefined {
  const arithmetic = findProblem(problem)?.arithmetic;
  if (right === undefined || arithmetic?.operator !== "+") return undefined;
  try {
    return longestCarry(input, arithmetic.radix);
  } catch {
    return undefined; // rows of a dataset need not be inputs of the problem
  }
}

/** Draws the share of wrong sums against the length of the longest carry; undefined where there are no sums. */
export async function carryChart(rows: readonly PredictedRow[]): Promise<Picture | undefined> {
  const sums = rows.flatMap((row) => {
    const length = carryOf(row);
    return length === undefined ? [] : [{ ...row, length }];
  });
  if (sums.length === 0) return undefined;
  const models = Map.groupBy(sums, ({ model, problem }) => JSON.stringify([model, problem]));
  const curves = [...models.values()].map((own, i) => curveOf(own, i));
  const longest = Math.max(1, ...curves.flatMap(({ failures }) => failures.map(({ length }) => length)));
  return await drawChart({
    title: "Wrong sums by the length of their longest carry",
    notes: [
      "Each marker is one length, larger for more examples; the line is the fit to them that never falls.",
    ],
    legend: curves.map(({ label, style }) => ({ label, ...style })),
    panels: [{
      label: "sums wrong (%)",
      height: 200,
      xLabel: "digits that the longest carry runs through",
      x: { domain: [0, longest] },
      y: SHARES,
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

function curveOf(rows: readonly Sum[], index: number): Curve {
  const [{ model, problem }] = rows as [Sum];
  const failures = [...Map.groupBy(rows, ({ length }) => length)].sort(([a], [b]) => a - b).map((
    [length, own],
  ) => ({
    length,
    share: own.filter(({ right }) => !right).length / own.length,
    examples: own.length,
  }));
  const smooth = neverFalling(failures.map(({ share }) => share), failures.map(({ examples }) => examples));
  const half = failures[smooth.findIndex((share) => share >= 0.5)]?.length;
  return { label: `${labelOf(model)}, ${problem}`, style: styleOf(index), failures, smooth, half };
}
