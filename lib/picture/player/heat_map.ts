/** A table of values as an image of one pixel a value, which a canvas shows enlarged. */
import { pixelOf } from "./colours.ts";
import { create, type Paper } from "./elements.ts";

/** An image whose rows are filled from the top. */
export class HeatMap {
  readonly columns: number;
  readonly rows: number;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #line: ImageData;
  readonly #pixels: Uint32Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#canvas = create("canvas", { width: String(columns), height: String(rows) });
    this.#context = this.#canvas.getContext("2d")!;
    this.#line = this.#context.createImageData(columns, 1);
    this.#pixels = new Uint32Array(this.#line.data.buffer);
  }

  /** Fills a row with the values of its columns. */
  fill(row: number, valueAt: (column: number) => number): void {
    for (let column = 0; column < this.columns; column++) this.#pixels[column] = pixelOf(valueAt(column));
    this.#context.putImageData(this.#line, 0, row);
  }

  /** Draws the first rows, where all of them would fill the paper. */
  draw({ context, width, height }: Paper, rows: number): void {
    // Where a pixel of the screen shows many values, their mean is drawn.
    context.imageSmoothingEnabled = width < this.columns;
    context.drawImage(this.#canvas, 0, 0, this.columns, rows, 0, 0, width, height * rows / this.rows);
  }
}

/** Marks a value that differs by a dot, which is seen on every colour. */
export function drawDot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  wide: number,
  high: number,
): void {
  const radius = Math.max(1, Math.min(wide, high, 14) * 0.24);
  context.beginPath();
  context.arc(x + wide / 2, y + high / 2, radius, 0, 2 * Math.PI);
  context.fillStyle = "#000";
  context.fill();
  if (radius < 1.5) return;
  context.lineWidth = 1;
  context.strokeStyle = "#fff";
  context.stroke();
}
