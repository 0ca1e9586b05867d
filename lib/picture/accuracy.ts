/** How right models are at each size: a line for each, and a band where they differ in their seed alone. */
import type { ReportRow } from "../model/model.ts";
import { median } from "../statistics.ts";
import { drawChart, logScale, markedAt, type Panel, seriesMarks, SHARES } from "./chart.ts";
import { labelOf, type Picture } from "./picture.ts";
import { styleOf } from "./style.ts";

/** What the chart takes of the rows of reports. */
export type AccuracyRow = Pick<ReportRow, "model" | "problem" | "suite" | "size" | "sequence_accuracy">;

/** The models of one line: one, or several that differ in their seed. */
interface Group {
  readonly label: string;
  readonly runs: number;
  readonly style: ReturnType<typeof styleOf>;
  readonly rows: readonly AccuracyRow[];
}

/**
 * Draws sequence accuracy against size, with a panel for each problem and suite. `trainedTo` has the largest training
 * size of models by their names, where it is known.
 */
export async function accuracyChart(
  rows: readonly AccuracyRow[],
  trainedTo: ReadonlyMap<string, number>,
): Promise<Picture> {
  const groups = groupsOf(rows);
  const lengthsOf = (
    of: readonly AccuracyRow[],
  ) => [...new Set(of.flatMap(({ model }) => trainedTo.get(model) ?? []))];
  const x = sizeScale([...rows.map(({ size }) => size), ...lengthsOf(rows)]);
  const suites = [...Map.groupBy(rows, ({ problem, suite }) => JSON.stringify([problem, suite])).values()];
  const panels = suites.map((own): Panel => ({
    label: `answers right (%), ${labelOf(own[0]!.problem)}, suite ${labelOf(own[0]!.suite)}`,
    height: 160,
    xLabel: "size (symbols of the input, or digits of an operand)",
    x,
    y: SHARES,
    marks: (plot) => [
      ...lengthsOf(own).flatMap((length) => markedAt(plot, length, `trained to ${length}`)),
      ...groups.flatMap((group) => {
        const points = pointsOf(group.rows.filter((row) => own.includes(row)));
        const line = points.map(({ size, shares }) => [size, median(shares)]);
        const band = plot.areaY(points, {
          x: "size",
          y1: ({ shares }: Point) => Math.min(...shares),
          y2: ({ shares }: Point) => Math.max(...shares),
          fill: group.style.colour,
          fillOpacity: 0.2,
        });
        return [...(group.runs > 1 ? [band] : []), ...seriesMarks(plot, line, line, group.style)];
      }),
    ],
  }));
  const banded = groups.some(({ runs }) => runs > 1);
  return await drawChart({
    title: "Sequence accuracy by size",
    notes: banded
      ? ["Of several runs the line is the median and the band goes from the worst to the best."]
      : [],
    legend: groups.map(({ label, runs, style }) => ({
      ...style,
      label: runs > 1 ? `${label} (${runs} runs)` : label,
    })),
    panels,
  });
}

/** A scale with ticks at as many of the sizes as have room. */
function sizeScale(sizes: readonly number[]): ReturnType<typeof logScale> {
  const sorted = [...new Set(sizes)].sort((a, b) => a - b);
  const [least, most] = [sorted[0]! / 1.15, sorted.at(-1)! * 1.15];
  const room = (most / least) ** (1 / 14);
  const ticks: number[] = [];
  for (const size of sorted) {
    if (size >= room * (ticks.at(-1) ?? 0)) ticks.push(size);
  }
  return logScale(least, most, ticks);
}

/** The shares of right answers at a size. */
interface Point {
  readonly size: number;
  readonly shares: readonly number[];
}

function pointsOf(rows: readonly AccuracyRow[]): Point[] {
  return [...Map.groupBy(rows, ({ size }) => size)]
    .map(([size, own]) => ({ size, shares: own.map((row) => row.sequence_accuracy) }))
    .sort((a, b) => a.size - b.size);
}

/**
 * The lines of the chart. A run is called `NAME-sSEED`, of which the models are `NAME-sSEED/model.safetensors`: what
 * stands before the seed is their common name.
 */
function groupsOf(rows: readonly AccuracyRow[]): Group[] {
  const groups = Map.groupBy(
    rows,
    ({ model }) => model.replace(/-s\d+(?:-\d+)?(?:\/model\.safetensors)?\/?$/, "-s…"),
  );
  return [...groups].map(([name, own], index) => {
    const runs = new Set(own.map(({ model }) => model)).size;
    const label = labelOf(
      (runs > 1 ? name.replace(/-s…$/, "") : own[0]!.model).replace(/\/model\.safetensors$/, ""),
    );
    return { label, runs, style: styleOf(index), rows: own };
  });
}
