/** Charts: a title, a legend, and panels that Plot draws, one below the other. */
import { loadPlot, type Mark, type Plot } from "../deps.ts";
import { headOf, type Picture, WIDTH } from "./picture.ts";
import type { SeriesStyle } from "./style.ts";

/** One of the lines of a chart, in its legend. */
export interface LegendEntry extends SeriesStyle {
  readonly label: string;
}

/** Axes with what is drawn on them. */
export interface Panel {
  /** The height in pixels, axes included. */
  readonly height: number;
  /** The horizontal axis, as options of Plot. */
  readonly x: Readonly<Record<string, unknown>>;
  /** The vertical axis, as options of Plot; its label stands above it. */
  readonly y: Readonly<Record<string, unknown>>;
  /** Draws the content. */
  readonly marks: (plot: Plot) => readonly Mark[];
}

/** What a chart consists of. */
export interface Chart {
  readonly title: string;
  /** What has to be known to read it. */
  readonly notes: readonly string[];
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
}

/** A scale of shares from 0 to 1, shown in percent. */
export const SHARES = { domain: [0, 1], percent: true, ticks: 5, grid: true } as const;

const MARGINS = { marginTop: 30, marginBottom: 38, marginLeft: 56, marginRight: 24 };

/** The line between two legend entries, and what the text of an entry takes: a bit more than its letters are wide. */
const LEGEND = { line: 20, sample: 30, letter: 6.8, gap: 24 };

/** Draws a chart. */
export async function drawChart({ title, notes, legend, panels }: Chart): Promise<Picture> {
  const { plot, document } = await loadPlot();
  const parts = [headOf(title, notes)];
  const draw = (height: number, options: Readonly<Record<string, unknown>>) => {
    const drawn = plot.plot({ document, width: WIDTH, height, style: { fontSize: "12px" }, ...options });
    parts.push({ height, body: String(drawn).replace(/<style>[^<]*<\/style>/, "") }); // one for all is in the file
  };
  if (legend.length > 0) drawLegend(plot, legend, draw);
  for (const { height, x, y, marks } of panels) {
    draw(height, { ...MARGINS, x, y, marks: marks(plot) });
  }
  let height = 0;
  const bodies = parts.map((part) => {
    const body = `<g transform="translate(0,${height})">${part.body}</g>`;
    height += part.height;
    return body;
  });
  return { label: title, height: height + 8, body: bodies.join("\n") };
}

function drawLegend(
  plot: Plot,
  entries: readonly LegendEntry[],
  draw: (height: number, options: Readonly<Record<string, unknown>>) => void,
): void {
  let [x, y] = [12, LEGEND.line / 2];
  const placed = entries.map((entry) => {
    const width = LEGEND.sample + 6 + entry.label.length * LEGEND.letter;
    if (x > 12 && x + width > WIDTH) [x, y] = [12, y + LEGEND.line];
    const place = { entry, x, y };
    x += width + LEGEND.gap;
    return place;
  });
  const height = y + LEGEND.line / 2;
  const axis = (length: number) => ({ domain: [0, length], range: [0, length], axis: null });
  draw(height, {
    margin: 0,
    x: axis(WIDTH),
    y: axis(height),
    marks: placed.flatMap(({ entry, x, y }) => [
      ...seriesMarks(plot, [[x, y], [x + LEGEND.sample, y]], [[x + LEGEND.sample / 2, y]], entry),
      plot.text([[x + LEGEND.sample + 6, y]], {
        text: [entry.label],
        textAnchor: "start",
        fill: "currentColor",
      }),
    ]),
  });
}

/** A line with markers at points. */
export function seriesMarks(
  { lineY, dot }: Plot,
  line: readonly (readonly number[])[],
  points: readonly (readonly number[])[],
  { colour, dash, symbol }: SeriesStyle,
): Mark[] {
  return [
    lineY(line, { x: "0", y: "1", stroke: colour, strokeWidth: 2, strokeDasharray: dash }),
    dot(points, { x: "0", y: "1", fill: colour, symbol, r: 4 }),
  ];
}

/** A dashed vertical line that says what it marks. */
export function markedAt({ ruleX, text }: Plot, x: number, label: string): Mark[] {
  return [
    ruleX([x], { stroke: "currentColor", strokeDasharray: "3 3" }),
    text([x], { x: [x], text: [label], frameAnchor: "bottom", textAnchor: "start", dx: 5, dy: -6 }),
  ];
}

/** A logarithmic scale of whole numbers from 1, with ticks at as many of them as have room. */
export function logScale(values: readonly number[], label: string): Readonly<Record<string, unknown>> {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const domain = [least / 1.15, most * 1.15];
  const room = Math.log(domain[1]! / domain[0]!) / 12;
  const ticks: number[] = [];
  for (const value of new Set(values.toSorted((a, b) => a - b))) {
    if (ticks.length === 0 || Math.log(value / ticks.at(-1)!) > room) ticks.push(value);
  }
  return { type: "log", domain, ticks, tickFormat: String, label, labelAnchor: "center", labelArrow: "none" };
}
