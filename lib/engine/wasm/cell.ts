import type { Phase } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { CellFilters, Direction } from "./filters.ts";
import { type Routines, routinesOf } from "./module.ts";
import { allocate, floatsAt, release, writeWhole } from "./memory.ts";

/** Where the arrays of one application of a cell are: all that its backward pass needs. */
export interface ApplicationBuffers {
  /** The input state. */
  readonly state: number;
  /** The pre-activations, phase by phase. */
  readonly pre: number;
}

/** Where the dropout masks of an application are: at `Cell.ones` where nothing is dropped. */
export interface Masks {
  /** The mask of the candidate. */
  readonly candidate: number;
  /** The mask of the next state. */
  readonly state: number;
}

/**
 * Applies a cell, and its gradient, to examples of one length. Arrays are `[width, positions, maps]`. In states, each
 * column has a margin of zeros before and after its positions, which the filters and the shift read.
 */
export class Cell {
  /** Bytes of a state. */
  readonly stateBytes: number;
  /** Bytes of the pre-activations of all banks. */
  readonly preBytes: number;
  /** Bytes of a gradient or a dropout mask. */
  readonly plainBytes: number;
  /** A mask that drops nothing. */
  readonly ones: number;
  /** Where the gradient of the state is. */
  readonly gradient: number;
  /** Where four sums are of how far pre-activations exceed the saturation limit. */
  readonly cost: number;
  readonly #routines: Routines;
  readonly #spec: RecurrenceSpec;
  readonly #phases: readonly Phase[];
  readonly #positions: number;
  readonly #margin: number;
  readonly #block: number;
  /** Where the derivative by what a phase convolves is. */
  readonly #d: number;
  /** Where the table of the buffers' places is, and these places. */
  readonly #table: number;
  readonly #places: number[];

  /** Allocates the memory that all applications share; disposing frees it. `trains` says whether gradients are wanted. */
  constructor(spec: RecurrenceSpec, positions: number, trains: boolean) {
    this.#spec = spec;
    this.#positions = positions;
    const cell = cellOf(spec);
    const { maps, buffers, slots } = this.#routines = routinesOf(spec);
    this.#phases = cell.phases;
    this.#margin = Math.max(1, (spec.kernel_length - 1) / 2);
    this.stateBytes = 4 * spec.width * (positions + 2 * this.#margin) * maps;
    this.plainBytes = 4 * spec.width * positions * maps;
    this.preBytes = cell.banks.length * this.plainBytes;
    const sizes = buffers.map(({ arrays, margins, held }) =>
      held === "always" || held === "for gradients" && trains
        ? arrays * (margins ? this.stateBytes : this.plainBytes)
        : 0
    );
    const tableBytes = Math.ceil(buffers.length / 4) * 16;
    const total = sizes.reduce((sum, size) => sum + size, 16 + tableBytes + this.plainBytes);
    this.#block = this.cost = allocate(total);
    floatsAt(this.#block, total / 4).fill(0);
    this.#table = this.cost + 16;
    this.ones = this.#table + tableBytes;
    floatsAt(this.ones, this.plainBytes / 4).fill(1);
    let place = this.ones + this.plainBytes;
    this.#places = sizes.map((size) => (place += size) - size);
    this.#places.forEach((place, slot) => writeWhole(this.#table + 4 * slot, place));
    this.gradient = this.#places[slots.dState!]!;
    this.#d = this.#places[slots.d!]!;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.#block);
  }

  /** Sets the margins of a state to zero. */
  clearMargins(state: number): void {
    const size = this.#margin * this.#routines.maps;
    for (let column = 0; column < this.#spec.width; column++) {
      const start = state + column * this.#columnBytes("state");
      floatsAt(start, size).fill(0);
      floatsAt(start + this.#columnBytes("state") - 4 * size, size).fill(0);
    }
  }

  /** Reads `buffers.state`; writes its pre-activations and `next`, and adds to `cost`. */
  apply(filters: CellFilters, buffers: ApplicationBuffers, next: number, masks: Masks): void {
    this.#placeApplication(buffers, masks, next);
    const { phases } = this.#routines;
    for (let phase = 0; phase < phases.length; phase++) {
      const { slots, forward } = phases[phase]!;
      const [input, output] = [this.#places[slots.input]!, this.#places[slots.pre]!];
      this.#convolve(phase, "forward", input, filters.forward[phase]!, output);
      this.#runStage(forward, 0);
    }
  }

  /**
   * Turns `gradient` from that of the next state into that of `buffers.state`, and adds the gradients of the filters to
   * `sums`. `weight` is the weight of the saturation cost.
   */
  differentiate(
    filters: CellFilters,
    sums: CellFilters,
    buffers: ApplicationBuffers,
    masks: Masks,
    weight: number,
  ): void {
    this.#placeApplication(buffers, masks, 0);
    const { phases, carry, slots } = this.#routines;
    this.#place(slots.d!, this.gradient);
    for (let phase = phases.length - 1; phase >= 0; phase--) {
      const { backward, slots: own } = phases[phase]!;
      this.#runStage(backward, weight);
      if (phase === 0 && carry !== undefined) this.#runStage(carry, weight);
      this.#place(slots.d!, this.#d);
      const output = phase === 0 ? this.gradient : this.#d;
      this.#convolve(phase, "back", this.#places[own.dPre]!, filters.back[phase]!, output);
    }
    for (let phase = 0; phase < phases.length; phase++) {
      const { input, dPre } = phases[phase]!.slots;
      this.#accumulate(phase, this.#places[input]!, this.#places[dPre]!, sums.forward[phase]!);
    }
  }

  /** Notes where a buffer is. */
  #place(slot: number, place: number): void {
    this.#places[slot] = place;
    writeWhole(this.#table + 4 * slot, place);
  }

  /** Notes where the buffers of an application are. */
  #placeApplication({ state, pre }: ApplicationBuffers, masks: Masks, next: number): void {
    const { slots, phases } = this.#routines;
    this.#place(slots.state!, state);
    this.#place(slots.next!, next);
    this.#place(slots.mask!, masks.candidate);
    this.#place(slots.stateMask!, masks.state);
    for (let phase = 0; phase < phases.length; phase++) {
      this.#place(phases[phase]!.slots.pre, pre + this.#phases[phase]!.first * this.plainBytes);
    }
  }

  /** Writes a dropout mask of the given keys, one for each column. */
  dropMask(
    mask: number,
    keys: readonly (readonly [number, number])[],
    threshold: number,
    kept: number,
  ): void {
    this.#forEachColumn((_, plain, column) =>
      this.#routines.common.dropMask(mask + plain, ...keys[column]!, threshold, this.#positions, kept)
    );
  }

  /** Adds noise of the given keys, one for each column, to the positions of a state. */
  addNoise(state: number, keys: readonly (readonly [number, number])[], scale: number): void {
    this.#forEachColumn((padded, _, column) =>
      this.#routines.common.addNoise(state + padded, ...keys[column]!, this.#positions, scale)
    );
  }

  /** Rounds a state to the spec's levels, as `rounded` in levels.ts does. */
  round(state: number): void {
    const { state_levels } = this.#spec;
    this.#forEachColumn((padded) =>
      this.#routines.common.round(
        state + padded,
        this.#positions,
        partsOf(state_levels),
        unitOf(state_levels),
      )
    );
  }

  /** Copies a row `[width, stride, maps]` of a tensor, from element `first` on, into a state or gradient. */
  load(place: number, kind: "state" | "plain", tensor: Float32Array, first: number, stride: number): void {
    this.#forEachLine(place, kind, first, stride, (line, from, maps) => {
      line.set(tensor.subarray(from, from + maps));
    });
  }

  /** Copies a state or gradient into a row of a tensor, as `load` does in the other direction. */
  store(place: number, kind: "state" | "plain", tensor: Float32Array, first: number, stride: number): void {
    this.#forEachLine(place, kind, first, stride, (line, from, maps) => {
      tensor.set(line.subarray(0, maps), from);
    });
  }

  #forEachLine(
    place: number,
    kind: "state" | "plain",
    first: number,
    stride: number,
    use: (line: Float32Array, from: number, maps: number) => void,
  ): void {
    const { maps, width } = this.#spec;
    const line = this.#routines.maps;
    const margin = kind === "state" ? this.#margin * line * 4 : 0;
    for (let column = 0; column < width; column++) {
      const start = place + column * this.#columnBytes(kind) + margin;
      const values = floatsAt(start, this.#positions * line);
      for (let p = 0; p < this.#positions; p++) {
        use(values.subarray(p * line, (p + 1) * line), first + (column * stride + p) * maps, maps);
      }
    }
  }

  /** Calls `use` with the places of position 0 of each column, in a state and in another array, in bytes. */
  #forEachColumn(use: (padded: number, plain: number, column: number) => void): void {
    const margin = this.#margin * this.#routines.maps * 4;
    for (let column = 0; column < this.#spec.width; column++) {
      use(column * this.#columnBytes("state") + margin, column * this.#columnBytes("plain"), column);
    }
  }

  #columnBytes(kind: "state" | "plain"): number {
    return (kind === "state" ? this.stateBytes : this.plainBytes) / this.#spec.width;
  }

  /** The columns that the filter reads for `column`: their number, the first one, and how many before it do not exist. */
  #seenFrom(column: number): { seen: number; first: number; lacking: number } {
    const reach = (this.#spec.kernel_width - 1) / 2;
    const first = Math.max(0, column - reach);
    const last = Math.min(this.#spec.width - 1, column + reach);
    return { seen: last - first + 1, first, lacking: first - (column - reach) };
  }

  /** Bytes from the start of a column of a state to the window of position 0, for lines of `inputs` maps. */
  #windowOf(inputs: number): number {
    return (this.#margin - (this.#spec.kernel_length - 1) / 2) * inputs * 4;
  }

  #runStage(run: (...values: number[]) => void, weight: number): void {
    const { shiftMasks } = this.#routines;
    this.#forEachColumn((padded, plain) =>
      run(this.#table, padded, plain, shiftMasks, this.cost, this.#positions, weight)
    );
  }

  #convolve(phase: number, direction: Direction, input: number, filter: number, output: number): void {
    const { inputs, outputs, taps } = this.#routines.shapes[phase]![direction];
    const { convolve, convolveBack } = this.#routines.phases[phase]!;
    const run = direction === "forward" ? convolve : convolveBack;
    const widths = { input: inputs / this.#routines.maps, output: outputs / this.#routines.maps };
    const columnBytes = widths.input * this.#columnBytes("state");
    for (let column = 0; column < this.#spec.width; column++) {
      const { seen, first, lacking } = this.#seenFrom(column);
      run(
        input + first * columnBytes + this.#windowOf(inputs),
        filter,
        lacking * taps * inputs * 32,
        output + column * widths.output * this.#columnBytes("plain"),
        this.#positions,
        seen,
        columnBytes,
      );
    }
  }

  #accumulate(phase: number, input: number, gradient: number, sums: number): void {
    const { inputs, outputs, taps } = this.#routines.shapes[phase]!.forward;
    const { accumulate, accumulateBias } = this.#routines.phases[phase]!;
    const wide = outputs / this.#routines.maps;
    const margin = this.#margin * outputs * 4;
    for (let column = 0; column < this.#spec.width; column++) {
      const start = gradient + column * wide * this.#columnBytes("state") + margin;
      accumulateBias(start, sums, this.#positions);
      const { seen, first, lacking } = this.#seenFrom(column);
      for (let other = first; other < first + seen; other++) {
        accumulate(
          input + other * this.#columnBytes("state") + this.#windowOf(inputs),
          start,
          sums,
          (lacking + other - first) * taps * inputs * 32,
          this.#positions,
        );
      }
    }
  }
}
