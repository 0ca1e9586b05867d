import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { clear, floatsAt } from "./memory.ts";
import { padded } from "./module.ts";

/** Whether an array is a state, which has margins, or another one. */
export type ArrayKind = "state" | "plain";

/**
 * The arrays of some examples of one length, `[width, positions, examples, maps]`. In states, each column has a margin of
 * zeros before and after its positions, which the filters and the shift read. A line is one example at one position.
 */
export class Arrays {
  /** Lines of a column, without its margins. */
  readonly lines: number;
  /** Lines of a margin. */
  readonly margin: number;
  /** Bytes of a line, and of a position. */
  readonly line: number;
  readonly position: number;
  /** Bytes of a column. */
  readonly column: Readonly<Record<ArrayKind, number>>;
  readonly #spec: RecurrenceSpec;
  readonly #positions: number;

  /** Sizes up the arrays of `rows` examples. */
  constructor(spec: RecurrenceSpec, positions: number, rows: number) {
    this.#spec = spec;
    this.#positions = positions;
    this.lines = positions * rows;
    this.margin = rows * Math.max(1, (spec.kernel_length - 1) / 2);
    this.line = 4 * padded(spec.maps);
    this.position = this.line * rows;
    this.column = { plain: this.line * this.lines, state: this.line * (this.lines + 2 * this.margin) };
  }

  /** Bytes of an array. */
  bytes(kind: ArrayKind): number {
    return this.#spec.width * this.column[kind];
  }

  /** Where position 0 of an example's column is. */
  placeOf(place: number, kind: ArrayKind, column: number, row: number): number {
    const margin = kind === "state" ? this.margin : 0;
    return place + column * this.column[kind] + (margin + row) * this.line;
  }

  /** Sets the margins of a state to zero. */
  clearMargins(state: number): void {
    const bytes = this.margin * this.line;
    for (let column = 0; column < this.#spec.width; column++) {
      const start = state + column * this.column.state;
      clear(start, bytes);
      clear(start + this.column.state - bytes, bytes);
    }
  }

  /** Copies an example `[width, stride, maps]` of other values, from element `first` on, into an array. */
  load(
    place: number,
    kind: ArrayKind,
    row: number,
    values: Float32Array,
    first: number,
    stride: number,
  ): void {
    this.#forEachLine(place, kind, row, first, stride, (line, from) => {
      line.set(values.subarray(from, from + line.length));
    });
  }

  /** Copies an example from an array to other values, as `load` does in the other direction. */
  store(
    place: number,
    kind: ArrayKind,
    row: number,
    values: Float32Array,
    first: number,
    stride: number,
  ): void {
    this.#forEachLine(place, kind, row, first, stride, (line, from) => values.set(line, from));
  }

  #forEachLine(
    place: number,
    kind: ArrayKind,
    row: number,
    first: number,
    stride: number,
    use: (line: Float32Array, from: number) => void,
  ): void {
    const { maps, width } = this.#spec;
    for (let column = 0; column < width; column++) {
      const start = this.placeOf(place, kind, column, row);
      for (let p = 0; p < this.#positions; p++) {
        use(floatsAt(start + p * this.position, maps), first + (column * stride + p) * maps);
      }
    }
  }
}
