import { cellOf } from "../../cells/table.ts";
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { Key } from "../../random.ts";
import { Arrays } from "./arrays.ts";
import type { CellFilters } from "./filters.ts";
import { type Call, type Routines, routinesOf, type Stages } from "./module.ts";
import { allocate, clear, release, writeWhole } from "./memory.ts";
import type { ProductShape } from "./products.ts";

/** Where the arrays of one application of a cell are: all that its backward pass needs. */
export interface ApplicationBuffers {
  /** The input state. */
  readonly state: number;
  /** The pre-activations, phase by phase. */
  readonly pre: number;
  /** The dropout mask of the candidate or of the next state, where something is dropped. */
  readonly mask: number;
}

/** Applies a cell, and its gradient, to examples of one length. */
export class Cell {
  /** The shape of the arrays. */
  readonly arrays: Arrays;
  /** Bytes of the pre-activations of all banks. */
  readonly preBytes: number;
  /** Where the gradient of the state is. */
  readonly gradient: number;
  /** Where four sums are of how far pre-activations exceed the saturation limit. */
  readonly cost: number;
  readonly #routines: Routines;
  readonly #spec: RecurrenceSpec;
  readonly #positions: number;
  /** Where the derivative by what a phase convolves is. */
  readonly #d: number;
  /** Where the table of the buffers' places is, and these places. */
  readonly #table: number;
  readonly #places: number[];
  /** The columns that the filter reads for each column: their number, the first one, and how many before it do not exist. */
  readonly #seen: readonly { readonly seen: number; readonly first: number; readonly lacking: number }[];

  /**
   * Allocates the memory that all applications to `rows` examples share; disposing frees it. `trains` says whether
   * gradients are wanted.
   */
  constructor(spec: RecurrenceSpec, positions: number, rows: number, trains: boolean) {
    this.#spec = spec;
    this.#positions = positions;
    const { buffers, slots } = this.#routines = routinesOf(spec);
    this.arrays = new Arrays(spec, positions, rows);
    this.#seen = Array.from({ length: spec.width }, (_, column) => seenFrom(spec, column));
    this.preBytes = cellOf(spec).banks.length * this.arrays.bytes("plain");
    const sizes = buffers.map(({ arrays, margins, held }) =>
      held === "always" || held === "for gradients" && trains
        ? arrays * this.arrays.bytes(margins ? "state" : "plain")
        : 0
    );
    const tableBytes = Math.ceil(buffers.length / 4) * 16;
    const total = sizes.reduce((sum, size) => sum + size, 16 + tableBytes);
    this.cost = allocate(total);
    clear(this.cost, total);
    this.#table = this.cost + 16;
    let place = this.#table + tableBytes;
    this.#places = sizes.map((size) => (place += size) - size);
    this.#places.forEach((place, slot) => writeWhole(this.#table + 4 * slot, place));
    this.gradient = this.#places[slots.dState!]!;
    this.#d = this.#places[slots.d!]!;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.cost);
  }

  /** Reads `buffers.state`; writes its pre-activations and `next`, and adds to `cost`. */
  apply(stages: Stages, filters: CellFilters, buffers: ApplicationBuffers, next: number): void {
    this.#placeApplication(buffers, next);
    const { phases } = this.#routines;
    for (let phase = 0; phase < phases.length; phase++) {
      const { slots, shapes, forward } = phases[phase]!;
      const [input, output] = [this.#places[slots.input]!, this.#places[slots.pre]!];
      this.#convolve(forward, shapes.forward, input, filters.forward[phase]!, output);
      this.#runStage(stages.forward[phase]!, 0);
    }
  }

  /**
   * Turns `gradient` from that of the next state into that of `buffers.state`, and adds the gradients of the filters to
   * `sums`. `weight` is the weight of the saturation cost.
   */
  differentiate(
    stages: Stages,
    filters: CellFilters,
    sums: CellFilters,
    buffers: ApplicationBuffers,
    weight: number,
  ): void {
    this.#placeApplication(buffers, 0);
    const { phases, slots } = this.#routines;
    this.#place(slots.d!, this.gradient);
    for (let phase = phases.length - 1; phase >= 0; phase--) {
      const { back, shapes, slots: own } = phases[phase]!;
      this.#runStage(stages.backward[phase]!, weight);
      if (phase === 0 && stages.carry !== undefined) this.#runStage(stages.carry, weight);
      this.#place(slots.d!, this.#d);
      const output = phase === 0 ? this.gradient : this.#d;
      this.#convolve(back, shapes.back, this.#places[own.dPre]!, filters.back[phase]!, output);
    }
    for (let phase = 0; phase < phases.length; phase++) this.#accumulate(phase, sums.forward[phase]!);
  }

  /** Notes where a buffer is. */
  #place(slot: number, place: number): void {
    this.#places[slot] = place;
    writeWhole(this.#table + 4 * slot, place);
  }

  /** Notes where the buffers of an application are. */
  #placeApplication({ state, pre, mask }: ApplicationBuffers, next: number): void {
    const { slots, phases } = this.#routines;
    this.#place(slots.state!, state);
    this.#place(slots.next!, next);
    this.#place(slots.mask!, mask);
    this.#place(slots.stateMask!, mask);
    let place = pre;
    for (const { slots: own, shapes } of phases) {
      this.#place(own.pre, place);
      place += shapes.forward.outputs / this.#routines.maps * this.arrays.bytes("plain");
    }
  }

  /** Writes an example's dropout mask of the given key. */
  dropMask(mask: number, row: number, keyOf: (column: number) => Key, threshold: number, kept: number): void {
    const { dropMask } = this.#routines.common;
    for (let column = 0; column < this.#spec.width; column++) {
      const [a, b] = keyOf(column);
      const place = this.arrays.placeOf(mask, "plain", column, row);
      dropMask(place, a, b, threshold, this.#positions, this.arrays.position, kept);
    }
  }

  /** Adds an example's noise of the given key to the positions of a state. */
  addNoise(state: number, row: number, keyOf: (column: number) => Key, scale: number): void {
    const { addNoise } = this.#routines.common;
    for (let column = 0; column < this.#spec.width; column++) {
      const [a, b] = keyOf(column);
      const place = this.arrays.placeOf(state, "state", column, row);
      addNoise(place, a, b, this.#positions, this.arrays.position, scale);
    }
  }

  /** Rounds a state to the spec's levels, as `rounded` in levels.ts does. */
  round(state: number): void {
    const { state_levels, width } = this.#spec;
    const [parts, unit] = [partsOf(state_levels), unitOf(state_levels)];
    for (let column = 0; column < width; column++) {
      const place = this.arrays.placeOf(state, "state", column, 0);
      this.#routines.common.round(place, this.arrays.lines, parts, unit);
    }
  }

  #runStage(run: Call, weight: number): void {
    const { lines, margin, line, position, column: bytes } = this.arrays;
    for (let column = 0; column < this.#spec.width; column++) {
      const [padded, plain] = [column * bytes.state + margin * line, column * bytes.plain];
      run(this.#table, padded, plain, this.cost, lines, position, weight);
    }
  }

  /** Bytes from the start of a column of a state to the first tap of position 0, for lines of some times the maps. */
  #windowOf(times: number): number {
    const { margin, line, position } = this.arrays;
    return times * (margin * line - position * (this.#spec.kernel_length - 1) / 2);
  }

  #convolve(run: Call, shape: ProductShape, input: number, filter: number, output: number): void {
    const { lines, position, column: bytes } = this.arrays;
    const { taps, inputs } = shape;
    const [from, to] = [inputs / this.#routines.maps, shape.outputs / this.#routines.maps];
    for (let column = 0; column < this.#spec.width; column++) {
      const { seen, first, lacking } = this.#seen[column]!;
      run(
        input + first * from * bytes.state + this.#windowOf(from),
        filter,
        lacking * taps * inputs * 32,
        output + column * to * bytes.plain,
        lines,
        seen,
        from * bytes.state,
        from * position,
      );
    }
  }

  #accumulate(phase: number, sums: number): void {
    const { shapes, slots, accumulate, accumulateBias } = this.#routines.phases[phase]!;
    const { inputs, outputs, taps } = shapes.forward;
    const { lines, margin, line, position, column: bytes } = this.arrays;
    const banks = outputs / this.#routines.maps;
    for (let column = 0; column < this.#spec.width; column++) {
      const start = this.#places[slots.dPre]! + banks * (column * bytes.state + margin * line);
      accumulateBias(start, sums, lines);
      const { seen, first, lacking } = this.#seen[column]!;
      for (let other = first; other < first + seen; other++) {
        const input = this.#places[slots.input]! + other * bytes.state + this.#windowOf(1);
        const skip = (lacking + other - first) * taps * inputs * 32;
        accumulate(input, start, sums, skip, lines, position);
      }
    }
  }
}

function seenFrom({ kernel_width, width }: RecurrenceSpec, column: number) {
  const reach = (kernel_width - 1) / 2;
  const first = Math.max(0, column - reach);
  const last = Math.min(width - 1, column + reach);
  return { seen: last - first + 1, first, lacking: first - (column - reach) };
}
