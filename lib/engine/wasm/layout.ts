/**
 * Where parameters are in the kernels' memory: the filters in the panels that the products read, so that an optimizer
 * which works on that block need not move them. Elements that only pad the maps belong to no parameter, and are zero.
 */
import { cellOf } from "../../cells/table.ts";
import type { Phase } from "../../cells/stage.ts";
import { bankCount, bankSize, filterSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { type PhaseShapes, routinesOf } from "./module.ts";
import { PANEL, panelsSize, type ProductShape } from "./products.ts";

/** The places of parameters in a block of memory. */
export interface Layout {
  /** Elements of the block, a multiple of 4. */
  readonly size: number;
  /** The element of the block that holds each parameter of the flat vector. */
  readonly places: Int32Array;
  /** The first element of the panels of each cell, set by set and layer by layer, and in it of each phase. */
  readonly cells: readonly (readonly number[])[];
  /** The flipped filters of the backward pass, which are a block of their own. */
  readonly back: Flipped;
}

/** A block of flipped filters. */
export interface Flipped {
  /** Elements of the block. */
  readonly size: number;
  /** The first element of the panels of each cell, and in it of each phase. */
  readonly cells: readonly (readonly number[])[];
  /** Elements that hold a parameter, ascending, and for each of them the element of the other block that it is the same as. */
  readonly to: Int32Array;
  readonly from: Int32Array;
}

const known = new Map<string, Layout>();

/** A text that tells recurrences with different layouts apart. */
export function layoutKey(spec: RecurrenceSpec): string {
  const { maps, kernel_width, kernel_length, sets, layers, width } = spec;
  return [cellOf(spec).key, maps, width, kernel_width, kernel_length, sets, layers].join();
}

/** The layout of a recurrence's parameters. */
export function layoutOf(spec: RecurrenceSpec): Layout {
  const key = layoutKey(spec);
  const layout = known.get(key) ?? layoutOfCells(spec);
  known.set(key, layout);
  return layout;
}

function layoutOfCells(spec: RecurrenceSpec): Layout {
  const { phases } = cellOf(spec);
  const shapes = routinesOf(spec).phases.map(({ shapes }) => shapes);
  const count = spec.sets * spec.layers;
  const cellSize = bankCount(spec) * bankSize(spec);
  const forward = blockOf(shapes, "forward", count);
  const back = blockOf(shapes, "back", count);
  const places = new Int32Array(count * cellSize);
  const to: number[] = [];
  const from: number[] = [];
  for (let cell = 0; cell < count; cell++) {
    phases.forEach((phase, number) => {
      const { forward: own, back: flipped } = shapes[number]!;
      forEachPlace(spec, phase, "forward", own, (panel, parameter) => {
        places[cell * cellSize + parameter] = forward.cells[cell]![number]! + panel;
      });
      forEachPlace(spec, phase, "back", flipped, (panel, parameter) => {
        to.push(back.cells[cell]![number]! + panel);
        from.push(places[cell * cellSize + parameter]!);
      });
    });
  }
  return { ...forward, places, back: { ...back, to: Int32Array.from(to), from: Int32Array.from(from) } };
}

/** The panels of all cells, one after the other. */
function blockOf(shapes: readonly PhaseShapes[], direction: keyof PhaseShapes, count: number) {
  let size = 0;
  const cells = Array.from({ length: count }, () =>
    shapes.map((own) => {
      const first = size;
      size += panelsSize(own[direction]);
      return first;
    }));
  return { size, cells };
}

/** Calls `use` with the elements of a phase's panels that hold parameters, and these' numbers within the cell. */
function forEachPlace(
  spec: RecurrenceSpec,
  { first: firstBank }: Phase,
  direction: keyof PhaseShapes,
  shape: ProductShape,
  use: (panel: number, parameter: number) => void,
): void {
  const { maps, kernel_width, kernel_length } = spec;
  const padded = routinesOf(spec).maps;
  const back = direction === "back";
  const filter = filterSize(spec);
  /** The outputs of one bank come before those of the next; in the backward pass these are inputs. */
  const bankAndMap = (i: number) => [firstBank + Math.floor(i / padded), i % padded] as const;
  const lines = 1 + shape.columns * shape.taps * shape.inputs;
  for (let output = 0; output < shape.outputs; output++) {
    for (let line = 0; line < lines; line++) {
      const place = inPanels(shape, line, output);
      if (line === 0) {
        const [bank, map] = bankAndMap(output);
        if (!back && map < maps) use(place, bank * bankSize(spec) + filter + map);
        continue;
      }
      const tap = Math.floor((line - 1) / shape.inputs);
      const input = (line - 1) % shape.inputs;
      const [bank, far] = bankAndMap(back ? input : output);
      const near = back ? output : input;
      if (far >= maps || near >= maps) continue;
      const own = back ? kernel_width * kernel_length - 1 - tap : tap;
      use(place, bank * bankSize(spec) + (own * maps + near) * maps + far);
    }
  }
}

/** The element of a filter's panels for a line, 0 for the bias, and an output. */
export function inPanels(
  { inputs, outputs, taps, columns }: ProductShape,
  line: number,
  output: number,
): number {
  const lines = 1 + inputs * taps * columns;
  const first = output - output % PANEL;
  return first * lines + line * Math.min(PANEL, outputs - first) + output - first;
}
