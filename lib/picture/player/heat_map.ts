/** A table of values as an image of one pixel a value, which a canvas shows enlarged. */
import { colourOf } from "./colours.ts";
import { create, type Paper } from "./elements.ts";

/** An image whose rows are filled from the top. */
export class HeatMap {
  readonly columns: number;
  readonly rows: number;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #line: ImageData;
  readonly #pixels: Uint32Array;
  readonly #pixelOf: (value: number) => number;

  constructor(columns: number, rows: number, pixelOf: (value: number) => number) {
    this.#pixelOf = pixelOf;
    this.columns = columns;
    this.rows = rows;
    this.#canvas = create("canvas", { width: String(columns), height: String(rows) });
    this.#context = this.#canvas.getContext("2d")!;
    this.#line = this.#context.createImageData(columns, 1);
    this.#pixels = new Uint32Array(this.#line.data.buffer);
  }

  /** Fills a row with the values of its columns. */
  fill(row: number, valueAt: (column: number) => number): void {
    for (let column = 0; column < this.columns; column++) {
      this.#pixels[column] = this.#pixelOf(valueAt(column));
    }
    this.#context.putImageData(this.#line, 0, row);
  }

  /** Draws the first rows, where all of them would fill the paper. */
  draw({ context, width, height }: Paper, rows: number): void {
    // Where a pixel of the screen shows many values, their mean is drawn.
    context.imageSmoothingEnabled = width < this.columns;
    context.drawImage(this.#canvas, 0, 0, this.columns, rows, 0, 0, width, height * rows / this.rows);
  }
}

/** Marks values that differ by dots, which are seen on every colour, in cells that wide and high. */
export function drawDots(
  context: CanvasRenderingContext2D,
  cells: Iterable<readonly [column: number, row: number]>,
  wide: number,
  high: number,
): void {
  const radius = Math.min(wide, high, 14) * 0.24;
  context.fillStyle = colourOf("ink");
  context.strokeStyle = colourOf("paper");
  context.lineWidth = 1;
  for (const [column, row] of cells) {
    const [x, y] = [(column + 0.5) * wide, (row + 0.5) * high];
    if (radius < 0.75) {
      // There may be a hundred thousand of them, for which circles take too long.
      context.fillRect(x - 0.5, y - 0.5, 1, 1);
      continue;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    if (radius > 1.5) context.stroke();
  }
}
