/** How the picture of a trace is laid out: panels of position × step, the read-out first, then one for each map and column. */
import type { Film } from "./film.ts";
import { cellColor, type Color, stateColor, symbolColor } from "./state_colors.ts";

/** A picture of position × step. Steps go down. */
export interface Panel {
  /** What it shows. */
  readonly title: string;
  /** Its place and size in cells of `cell` units. */
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  /** The colour at a position after a step. */
  color(position: number, step: number): Color;
}

/** Panels with their places. */
export interface Layout {
  readonly panels: readonly Panel[];
  readonly width: number;
  readonly height: number;
}

/** The room that a layout leaves. */
export interface LayoutOptions {
  /** The most width, unless a panel alone is wider. */
  readonly width: number;
  /** The size of a cell of the read-out. */
  readonly cell: number;
  /** The size of a cell of the maps. */
  readonly mapCell: number;
  /** The room between panels: for their titles above them, and beside them. */
  readonly gap: { readonly x: number; readonly y: number };
  /** The room above the first panel and below it, for what stands beside the read-out. */
  readonly around: { readonly above: number; readonly below: number };
}

/** Places the panels of a film line by line. */
export function layOut(film: Film, { width, cell, mapCell, gap, around }: LayoutOptions): Layout {
  const { trace: { problem, positions, steps, columns, cellStates }, maps, readOuts } = film;
  const color = cellStates === undefined ? stateColor : cellColor;
  const readOut: Omit<Panel, "x" | "y"> = {
    title: "read-out",
    cell,
    color: (position, step) => symbolColor(readOuts[step]![position]!, problem.symbols),
  };
  const ofMaps = maps.flatMap((map, place) =>
    Array.from({ length: columns }, (_, column): Omit<Panel, "x" | "y"> => ({
      title: cellStates !== undefined
        ? "state of the cell"
        : columns === 1
        ? `map ${map}`
        : `map ${map}, column ${column}`,
      cell: mapCell,
      color: (position, step) => color(film.value(step, column, position, place)),
    }))
  );
  const high = (own: number) => (steps + 1) * own;
  const wide = (own: number) => positions * own;
  const bottom = around.above + high(cell) + around.below;
  const panels: Panel[] = [{ ...readOut, x: 0, y: around.above }];
  // Maps stand beside the read-out as far as they fit there, and then below it.
  let left = wide(cell) + gap.x;
  let [x, y] = [left, around.above];
  let [right, end] = [wide(cell), bottom];
  for (const panel of ofMaps) {
    if (x > left && x + wide(mapCell) > width) [x, y] = [left, y + high(mapCell) + gap.y];
    if (left > 0 && (y + high(mapCell) > bottom || x + wide(mapCell) > width)) {
      [left, x, y] = [0, 0, bottom + gap.y];
    }
    panels.push({ ...panel, x, y });
    x += wide(mapCell) + gap.x;
    right = Math.max(right, x - gap.x);
    end = Math.max(end, y + high(mapCell));
  }
  return { panels, width: right, height: end };
}
