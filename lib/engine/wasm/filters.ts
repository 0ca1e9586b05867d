import type { Phase } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import {
  bankCount,
  bankSize,
  filterSize,
  recurrenceSize,
  type RecurrenceSpec,
} from "../../model/recurrence_spec.ts";
import { type PhaseShapes, type Routines, routinesOf } from "./module.ts";
import { allocate, floatsAt, release } from "./memory.ts";
import { PANEL, panelsSize, type ProductShape } from "./products.ts";

/** Whether filters are those of the convolutions, or those flipped for the backward pass. */
export type Direction = keyof PhaseShapes;

/** Where the filters of one cell are in memory, in panels, by phase. */
export type CellFilters = Readonly<Record<Direction, readonly number[]>>;

/** The elements of a filter in panels, and their places in the flat vector of parameters. */
interface Places {
  /** Indices into the panels, ascending. */
  readonly panel: Int32Array;
  /** Indices from the cell's first parameter on, for each of them. */
  readonly parameter: Int32Array;
}

const known = new Map<string, Places>();

/** The places of a filter. Elements of its panels that only pad the maps belong to no parameter and are left out. */
function placesOf(
  spec: RecurrenceSpec,
  { first: firstBank }: Phase,
  direction: Direction,
  shape: ProductShape,
): Places {
  const { maps, kernel_width, kernel_length } = spec;
  const key = [direction, firstBank, shape.inputs, shape.outputs, maps, kernel_width, kernel_length].join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const padded = Math.ceil(maps / 4) * 4;
  const back = direction === "back";
  const filter = filterSize(spec);
  const panel: number[] = [];
  const parameter: number[] = [];
  /** The outputs of one bank come before those of the next; in the backward pass these are inputs. */
  const bankAndMap = (i: number) => [firstBank + Math.floor(i / padded), i % padded] as const;
  const lines = 1 + shape.columns * shape.taps * shape.inputs;
  for (let output = 0; output < shape.outputs; output++) {
    const first = Math.floor(output / PANEL) * PANEL;
    const wide = Math.min(PANEL, shape.outputs - first);
    for (let line = 0; line < lines; line++) {
      const place = first * lines + line * wide + output - first;
      if (line === 0) {
        const [bank, map] = bankAndMap(output);
        if (back || map >= maps) continue;
        panel.push(place);
        parameter.push(bank * bankSize(spec) + filter + map);
        continue;
      }
      const tap = Math.floor((line - 1) / shape.inputs);
      const input = (line - 1) % shape.inputs;
      const [bank, far] = bankAndMap(back ? input : output);
      const near = back ? output : input;
      if (far >= maps || near >= maps) continue;
      const own = back ? kernel_width * kernel_length - 1 - tap : tap;
      panel.push(place);
      parameter.push(bank * bankSize(spec) + (own * maps + near) * maps + far);
    }
  }
  const places = { panel: Int32Array.from(panel), parameter: Int32Array.from(parameter) };
  known.set(key, places);
  return places;
}

/** The filters of all cells, set by set and layer by layer, in one block of memory. */
export class Filters {
  /** By number of the cell. */
  readonly cells: readonly CellFilters[];
  readonly #spec: RecurrenceSpec;
  readonly #routines: Routines;
  readonly #block: number;

  /** Allocates the filters of some phases in some directions, filled with zeros. */
  constructor(spec: RecurrenceSpec, routines: Routines, directions: readonly Direction[]) {
    this.#spec = spec;
    this.#routines = routines;
    const shapes = directions.flatMap((direction) => routines.shapes.map((own) => own[direction]));
    const cellSize = shapes.reduce((sum, shape) => sum + panelsSize(shape), 0);
    const count = spec.sets * spec.layers;
    this.#block = allocate(4 * cellSize * count);
    floatsAt(this.#block, cellSize * count).fill(0);
    let place = this.#block;
    const placed = (direction: Direction): number[] =>
      directions.includes(direction)
        ? routines.shapes.map((own) =>
          (place += 4 * panelsSize(own[direction])) - 4 * panelsSize(own[direction])
        )
        : [];
    this.cells = Array.from(
      { length: count },
      () => ({ forward: placed("forward"), back: placed("back") }),
    );
  }

  /** Fills the panels from the flat vector of parameters. */
  write(parameters: Float32Array): void {
    this.#forEach((values, { panel, parameter }, first) => {
      for (let i = 0; i < panel.length; i++) values[panel[i]!] = parameters[first + parameter[i]!]!;
    });
  }

  /** The flat vector of parameters that the panels hold. */
  read(): Float32Array {
    const { sets, layers } = this.#spec;
    const vector = new Float32Array(sets * layers * bankCount(this.#spec) * bankSize(this.#spec));
    this.#forEach((values, { panel, parameter }, first) => {
      for (let i = 0; i < panel.length; i++) vector[first + parameter[i]!] = values[panel[i]!]!;
    });
    return vector;
  }

  #forEach(use: (values: Float32Array, places: Places, first: number) => void): void {
    const { phases } = cellOf(this.#spec);
    this.cells.forEach((cell, number) => {
      for (const direction of ["forward", "back"] as const) {
        cell[direction].forEach((place, phase) => {
          const shape = this.#routines.shapes[phase]![direction];
          const values = floatsAt(place, panelsSize(shape));
          const places = placesOf(this.#spec, phases[phase]!, direction, shape);
          use(values, places, number * bankCount(this.#spec) * bankSize(this.#spec));
        });
      }
    });
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.#block);
  }
}

/** The filters of all cells with the parameters' values. */
export function filled(
  spec: RecurrenceSpec,
  parameters: Float32Array,
  directions: readonly Direction[],
): Filters {
  const filters = new Filters(spec, routinesOf(spec), directions);
  filters.write(parameters.subarray(0, recurrenceSize(spec)));
  return filters;
}

/** Number of the cell that application i of an example uses. */
export function cellAt(spec: RecurrenceSpec, i: number): number {
  return (Math.floor(i / spec.layers) % spec.sets) * spec.layers + i % spec.layers;
}
