/** One map of one column over time: position × step, a row for each step. It grows with the steps. */
import type { Recording } from "./recording.ts";
import { colourOf, pixelsOf } from "./colours.ts";
import { create, paperOf } from "./elements.ts";
import { DIFFERENT } from "./comparison.ts";
import { drawDots, HeatMap } from "./heat_map.ts";

/** The height of a film in CSS pixels. */
const [LEAST, MOST] = [90, 320];

/** What a film shows. */
export interface Shown {
  readonly recording: Recording;
  /** The run without damages, where there are some. */
  readonly undamaged: Recording | undefined;
}

/** The film of a map in a column. */
export class MapFilm {
  /** What stands in the page. */
  readonly figure: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #shown: Shown;
  readonly #place: { readonly map: number; readonly column: number };
  readonly #image: HeatMap;
  /** Places of values that differ from those of the undamaged run, by row. */
  readonly #marks: number[][] = [];

  constructor(shown: Shown, place: { map: number; column: number }, onStep: (step: number) => void) {
    const { recorded: { positions, steps, computer }, stride } = shown.recording;
    this.#shown = shown;
    this.#place = place;
    this.#image = new HeatMap(positions, Math.floor(steps / stride) + 1, pixelsOf(computer.isAutomaton));
    const name = computer.isAutomaton
      ? "States of the cells"
      : `Map ${place.map}` + (computer.width > 1 ? `, column ${place.column}` : "");
    this.#canvas = create("canvas", { role: "img", "aria-label": `${name} over positions and steps` });
    this.#canvas.addEventListener("click", ({ offsetY }) => {
      onStep(Math.min(steps, Math.floor(offsetY / this.#canvas.clientHeight * this.#image.rows) * stride));
    });
    this.figure = create("figure", {}, create("figcaption", {}, name), this.#canvas);
  }

  /** Draws the steps up to that one. */
  draw(step: number): void {
    const { recording } = this.#shown;
    const { stride, recorded: { positions } } = recording;
    const { rows } = this.#image;
    const filled = Math.floor(step / stride) + 1;
    for (let row = this.#marks.length; row < filled; row++) this.#fill(row);
    const ideal = rows * stride * this.#canvas.clientWidth / positions;
    const paper = paperOf(this.#canvas, Math.round(Math.max(LEAST, Math.min(MOST, ideal))));
    this.#image.draw(paper, filled);
    const { context, width, height } = paper;
    const [wide, high] = [width / positions, height / rows];
    const marks = this.#marks.slice(0, filled);
    drawDots(
      context,
      marks.flatMap((own, row) => own.map((position) => [position, row] as const)),
      wide,
      high,
    );
    context.fillStyle = colourOf("ink");
    context.fillRect(0, Math.min(height - 1.5, filled * high - 0.75), width, 1.5);
  }

  #fill(row: number): void {
    const { recording, undamaged } = this.#shown;
    const { positions, computer: { maps } } = recording.recorded;
    const from = this.#place.column * positions * maps + this.#place.map;
    const state = recording.keptAt(row);
    this.#image.fill(row, (position) => state[from + position * maps]!);
    const marks: number[] = [];
    const other = undamaged?.keptAt(row);
    for (let position = 0; other !== undefined && position < positions; position++) {
      const place = from + position * maps;
      if (Math.abs(state[place]! - other[place]!) > DIFFERENT) marks.push(position);
    }
    this.#marks.push(marks);
  }
}
