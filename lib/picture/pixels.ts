/** Pictures of position × step as PNG. */
import { loadPngEncoder } from "../deps.ts";
import type { Film } from "./film.ts";
import { layOut, type Panel } from "./panels.ts";
import type { Color } from "./state_colors.ts";

/** The most pixels from side to side, unless one panel is wider. */
const WIDTH = 1200;

const PAPER = 255;

/** The PNG file of one panel, with a pixel for each cell. */
export async function panelPng(film: Film, panel: Panel): Promise<Uint8Array> {
  const image = blank(film.trace.positions, film.trace.steps + 1);
  draw(image, film, { ...panel, x: 0, y: 0, cell: 1 });
  return (await loadPngEncoder())(image);
}

/** The PNG file of a film: its read-out and its maps side by side, without letters. */
export async function filmPng(film: Film): Promise<Uint8Array> {
  const cell = Math.max(1, Math.floor(WIDTH / 4 / film.trace.positions));
  const gap = { x: 8, y: 8 };
  const layout = layOut(film, {
    width: WIDTH,
    cell,
    mapCell: Math.ceil(cell / 2),
    gap,
    around: { above: 0, below: 0 },
  });
  const image = blank(layout.width, layout.height);
  for (const panel of layout.panels) draw(image, film, panel);
  return (await loadPngEncoder())(image);
}

/** An image of red, green and blue. */
interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly channels: 3;
}

function blank(width: number, height: number): Image {
  return { width, height, data: new Uint8Array(3 * width * height).fill(PAPER), channels: 3 };
}

function draw(image: Image, { trace: { positions, steps } }: Film, panel: Panel): void {
  const { x, y, cell } = panel;
  for (let step = 0; step <= steps; step++) {
    for (let position = 0; position < positions; position++) {
      fill(image, x + position * cell, y + step * cell, cell, panel.color(position, step));
    }
  }
}

function fill({ width, data }: Image, x: number, y: number, size: number, color: Color): void {
  for (let row = y; row < y + size; row++) {
    for (let column = x; column < x + size; column++) data.set(color, 3 * (row * width + column));
  }
}
