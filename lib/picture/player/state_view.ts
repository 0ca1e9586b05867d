/** The state at one step: maps × positions, a strip for each column. Its values can be pointed at and damaged. */
import type { Recording } from "./recording.ts";
import { colourOf, pixelsOf } from "./colours.ts";
import { create, element, paperOf } from "./elements.ts";
import { DIFFERENT } from "./comparison.ts";
import { drawDots, HeatMap } from "./heat_map.ts";
import type { Cell } from "./scene.ts";

/** What the view tells. */
export interface Listeners {
  /** A value is pointed at. */
  onPoint(cell: Cell): void;
  /** A value is chosen, to damage it. */
  onChoose(cell: Cell): void;
}

/** The strips of all columns. */
export class StateView {
  readonly #canvases: HTMLCanvasElement[];
  readonly #image: HeatMap;
  readonly #size: { readonly positions: number; readonly maps: number };
  #cell: Cell = { column: 0, position: 0, map: 0 };

  constructor(
    { recorded: { positions, computer: { maps, width, isAutomaton } } }: Recording,
    listeners: Listeners,
  ) {
    this.#size = { positions, maps };
    this.#image = new HeatMap(positions, maps, pixelsOf(isAutomaton));
    this.#canvases = Array.from({ length: width }, (_, column) => {
      const canvas = create("canvas", {
        role: "application",
        tabindex: "0",
        "aria-describedby": "cell keys-state",
      });
      canvas.setAttribute(
        "aria-label",
        `State${width > 1 ? `, column ${column}` : ""}: maps by positions`,
      );
      this.#listen(canvas, column, listeners);
      return canvas;
    });
    const strips = this.#canvases.flatMap((canvas, column) =>
      width > 1 ? [create("figcaption", {}, `Column ${column}`), canvas] : [canvas]
    );
    element("state", HTMLElement).replaceChildren(...strips);
  }

  #listen(canvas: HTMLCanvasElement, column: number, { onPoint, onChoose }: Listeners): void {
    const { positions, maps } = this.#size;
    const cellAt = ({ offsetX, offsetY }: MouseEvent): Cell => {
      const index = (offset: number, extent: number, count: number) =>
        Math.max(0, Math.min(count - 1, Math.floor(offset / extent * count)));
      return {
        column,
        position: index(offsetX, canvas.clientWidth, positions),
        map: index(offsetY, canvas.clientHeight, maps),
      };
    };
    const point = (cell: Cell) => onPoint(this.#cell = cell);
    canvas.addEventListener("pointermove", (event) => point(cellAt(event)));
    canvas.addEventListener("click", (event) => {
      point(cellAt(event));
      onChoose(this.#cell);
    });
    canvas.addEventListener("focus", () => point({ ...this.#cell, column }));
    canvas.addEventListener("blur", () => point(this.#cell));
    canvas.addEventListener("keydown", (event) => {
      const { position, map } = this.#cell;
      const moves: Readonly<Record<string, Partial<Cell>>> = {
        ArrowLeft: { position: Math.max(0, position - 1) },
        ArrowRight: { position: Math.min(positions - 1, position + 1) },
        ArrowUp: { map: Math.max(0, map - 1) },
        ArrowDown: { map: Math.min(maps - 1, map + 1) },
      };
      const move = moves[event.key];
      if (move === undefined && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      if (move === undefined) onChoose({ ...this.#cell, column });
      else point({ ...this.#cell, column, ...move });
    });
  }

  /** The place of a cell in a state. */
  placeOf({ column, position, map }: Cell): number {
    return (column * this.#size.positions + position) * this.#size.maps + map;
  }

  /** Draws a state, with dots where it differs from the undamaged one, and a frame around the cell pointed at. */
  draw(state: Float32Array, undamaged: Float32Array | undefined): void {
    const { positions, maps } = this.#size;
    this.#canvases.forEach((canvas, column) => {
      const valueAt = (values: Float32Array, position: number, map: number) =>
        values[this.placeOf({ column, position, map })]!;
      const high = Math.max(5, Math.min(14, 340 / maps));
      const paper = paperOf(canvas, Math.round(maps * high));
      for (let map = 0; map < maps; map++) this.#image.fill(map, (position) => valueAt(state, position, map));
      this.#image.draw(paper, maps);
      const { context, width, height } = paper;
      const [wide, tall] = [width / positions, height / maps];
      const differs = (position: number, map: number) =>
        Math.abs(valueAt(state, position, map) - valueAt(undamaged!, position, map)) > DIFFERENT;
      if (undamaged !== undefined) {
        const cells = Array.from(
          { length: maps * positions },
          (_, i) => [i % positions, Math.floor(i / positions)] as const,
        );
        drawDots(context, cells.filter(([position, map]) => differs(position, map)), wide, tall);
      }
      if (document.activeElement !== canvas || this.#cell.column !== column) return;
      context.lineWidth = 2;
      context.strokeStyle = colourOf("ink");
      context.strokeRect(this.#cell.position * wide, this.#cell.map * tall, wide, tall);
    });
  }
}
