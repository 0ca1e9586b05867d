/** Charts: a title, a legend, and panels that Plot draws, one below the other. */
import { loadPlot, type Mark, type Plot } from "../deps.ts";
import { escapeXml, headOf, type Picture, stacked, WIDTH } from "./picture.ts";
import type { SeriesStyle } from "./style.ts";

/** Options of Plot. */
type Options = Readonly<Record<string, unknown>>;

/** One of the lines of a chart, in its legend. */
export interface LegendEntry extends SeriesStyle {
  readonly label: string;
}

/** Axes with what is drawn on them. */
export interface Panel {
  /** What the vertical axis shows, or what the panel is about. It stands above the axis. */
  readonly label: string;
  /** The height in pixels of what is between the axes. */
  readonly height: number;
  /** What the horizontal axis shows; absent where the axis is that of the panel below. */
  readonly xLabel?: string;
  /** The horizontal scale, as options of Plot. */
  readonly x: Options;
  /** The vertical scale, as options of Plot. */
  readonly y: Options;
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
export const SHARES = { domain: [0, 100], percent: true, ticks: 5, grid: true } as const;

/** The space around the content of a panel, with and without a horizontal axis. */
const MARGINS = { top: 26, withAxis: 40, withoutAxis: 6, left: 64, right: 24 };

/** The space below the legend and each panel. */
const GAP = 8;

/** The legend: the height of its lines, the width of a sample and, a bit generous, of a letter, and what is between entries. */
const LEGEND = { line: 20, sample: 30, letter: 6.8, gap: 24 };

/** Draws a chart. */
export async function drawChart({ title, notes, legend, panels }: Chart): Promise<Picture> {
  const { plot, document } = await loadPlot();
  const parts = [headOf(title, notes)];
  const draw = (height: number, options: Options, above = "") => {
    const drawn = plot.plot({ document, width: WIDTH, height, ...options });
    drawn.setAttribute("font-size", "12");
    const body = String(drawn).replace(/<style>[^<]*<\/style>/, ""); // the file has one for all
    parts.push({ height: height + GAP, body: above + body });
  };
  if (legend.length > 0) drawLegend(plot, legend, draw);
  for (const { label, height, xLabel, x, y, marks } of panels) {
    const below = xLabel === undefined ? MARGINS.withoutAxis : MARGINS.withAxis;
    const axis = xLabel === undefined
      ? { axis: null, label: null }
      : { label: xLabel, labelAnchor: "center", labelArrow: "none" };
    draw(MARGINS.top + height + below, {
      marginTop: MARGINS.top,
      marginBottom: below,
      marginLeft: MARGINS.left,
      marginRight: MARGINS.right,
      x: { ...x, ...axis },
      y: { ...y, label: null },
      marks: marks(plot),
    }, `<text x="12" y="16">${escapeXml(label)}</text>`);
  }
  return { label: title, ...stacked(parts) };
}

function drawLegend(
  plot: Plot,
  entries: readonly LegendEntry[],
  draw: (height: number, options: Options) => void,
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

/** A logarithmic scale. Plot's own leaves out labels that it finds too many. */
export function logScale(least: number, most: number, ticks: readonly number[]): Options {
  return {
    transform: Math.log10,
    domain: [Math.log10(least), Math.log10(most)],
    ticks: ticks.map(Math.log10),
    tickFormat: (log: number) =>
      log < -3 ? (10 ** log).toExponential(0) : String(Number((10 ** log).toPrecision(12))),
    grid: true,
  };
}
