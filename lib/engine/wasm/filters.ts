import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { Layout } from "./layout.ts";
import { allocate, clear, floatsAt, release } from "./memory.ts";

/** Where the filters of one cell are in memory, in panels, by phase. */
export interface CellFilters {
  /** Those of the convolutions. */
  readonly forward: readonly number[];
  /** Those flipped for the backward pass; none where no gradients are wanted. */
  readonly back: readonly number[];
}

/** The parameters in memory, or numbers that belong to them, as gradients do. */
export class Filters {
  /** The filters by number of the cell. */
  readonly cells: readonly CellFilters[];
  /** Where the block of the layout is. */
  readonly start: number;
  readonly #layout: Layout;
  /** Where the block of flipped filters is. */
  readonly #back: number | undefined;

  /** Allocates them, filled with zeros; `flips` says whether the flipped filters are wanted too. */
  constructor(layout: Layout, flips: boolean) {
    this.#layout = layout;
    this.start = cleared(layout.size);
    this.#back = flips ? cleared(layout.back.size) : undefined;
    const at = (block: number, elements: readonly number[]) => elements.map((element) => block + 4 * element);
    this.cells = layout.cells.map((own, cell) => ({
      forward: at(this.start, own),
      back: this.#back === undefined ? [] : at(this.#back, layout.back.cells[cell]!),
    }));
  }

  /** The numbers of the block; valid until memory is allocated. */
  get values(): Float32Array {
    return floatsAt(this.start, this.#layout.size);
  }

  /** Where an element of the flipped filters is. */
  flipped(element: number): number {
    return this.#back! + 4 * element;
  }

  /** Sets all numbers of the block to zero. */
  clear(): void {
    clear(this.start, 4 * this.#layout.size);
  }

  /** Fills the block from a flat vector, and flips the filters where these are wanted. */
  write(vector: Float32Array): void {
    const { values } = this;
    const { places } = this.#layout;
    for (let i = 0; i < places.length; i++) values[places[i]!] = vector[i]!;
    this.flip();
  }

  /** The flat vector that the block holds. */
  read(): Float32Array {
    const { values } = this;
    return Float32Array.from(this.#layout.places, (place) => values[place]!);
  }

  /** Makes the flipped filters those of the block. */
  flip(): void {
    if (this.#back === undefined) return;
    const { values } = this;
    const { size, to, from } = this.#layout.back;
    const flipped = floatsAt(this.#back, size);
    for (let i = 0; i < to.length; i++) flipped[to[i]!] = values[from[i]!]!;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.start);
    if (this.#back !== undefined) release(this.#back);
  }
}

/** A block of so many zeros. */
function cleared(elements: number): number {
  const start = allocate(4 * elements);
  clear(start, 4 * elements);
  return start;
}

/** Number of the cell that application i of an example uses. */
export function cellAt(spec: RecurrenceSpec, i: number): number {
  return (Math.floor(i / spec.layers) % spec.sets) * spec.layers + i % spec.layers;
}
