import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { CellFilters } from "./filters.ts";
import { type Routines, routinesOf, type Shapes } from "./module.ts";
import { allocate, floatsAt, release } from "./memory.ts";

/** Where the arrays of one application of a cell are: all that its backward pass needs. */
export interface ApplicationBuffers {
  /** The input state. */
  readonly state: number;
  /** The gates r and g. */
  readonly gates: number;
  /** The candidate c, before dropout. */
  readonly candidate: number;
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
  /** Bytes of the gates. */
  readonly gatesBytes: number;
  /** Bytes of a candidate, a gradient or a dropout mask. */
  readonly plainBytes: number;
  /** A mask that drops nothing. */
  readonly ones: number;
  /** Where the gradient of the state is. */
  readonly gradient: number;
  /** Where four sums are of how far pre-activations exceed the saturation limit. */
  readonly cost: number;
  readonly #routines: Routines;
  readonly #spec: RecurrenceSpec;
  readonly #positions: number;
  readonly #margin: number;
  readonly #block: number;
  readonly #resetState: number;
  readonly #dResetState: number;
  readonly #dCandidate: number;
  readonly #dGates: number;
  readonly #dShifted: number;

  /** Allocates the memory that all applications share; disposing frees it. `trains` says whether gradients are wanted. */
  constructor(spec: RecurrenceSpec, positions: number, trains: boolean) {
    this.#spec = spec;
    this.#positions = positions;
    const routines = this.#routines = routinesOf(spec);
    const { maps } = routines;
    this.#margin = Math.max(1, (spec.kernel_length - 1) / 2);
    const padded = positions + 2 * this.#margin;
    this.stateBytes = 4 * spec.width * padded * maps;
    this.gatesBytes = 4 * spec.width * positions * 2 * maps;
    this.plainBytes = this.gatesBytes / 2;
    const sizes = [16, this.plainBytes, this.stateBytes];
    if (trains) {
      sizes.push(this.plainBytes, this.plainBytes, this.stateBytes, 2 * this.stateBytes, this.stateBytes);
    }
    const total = sizes.reduce((a, b) => a + b, 0);
    this.#block = allocate(total);
    floatsAt(this.#block, total / 4).fill(0);
    let place = this.#block;
    const places = sizes.map((size) => (place += size) - size);
    [this.cost, this.ones, this.#resetState] = places as [number, number, number];
    [this.gradient, this.#dResetState, this.#dCandidate, this.#dGates, this.#dShifted] = places
      .slice(3) as [number, number, number, number, number];
    floatsAt(this.ones, this.plainBytes / 4).fill(1);
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

  /** Reads `buffers.state`; writes its gates, its candidate and `next`, and adds to `cost`. */
  apply(filters: CellFilters, buffers: ApplicationBuffers, next: number, masks: Masks): void {
    const { phase, shiftMasks } = this.#routines;
    const n = this.#positions;
    const { state, gates, candidate } = buffers;
    this.#convolve("gates", state, filters.gates, gates);
    this.#forEachColumn((padded, plain) =>
      phase.reset(gates + 2 * plain, state + padded, this.#resetState + padded, this.cost, n)
    );
    this.#convolve("candidate", this.#resetState, filters.candidate, candidate);
    this.#forEachColumn((padded, plain) =>
      phase.blend(
        gates + 2 * plain,
        candidate + plain,
        state + padded,
        next + padded,
        masks.candidate + plain,
        masks.state + plain,
        shiftMasks,
        this.cost,
        n,
      )
    );
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
    const { phase, shiftMasks, accumulateBias } = this.#routines;
    const n = this.#positions;
    const { state, gates, candidate } = buffers;
    this.#forEachColumn((padded, plain) =>
      phase.throughBlend(
        this.gradient + plain,
        gates + 2 * plain,
        candidate + plain,
        state + padded,
        masks.candidate + plain,
        masks.state + plain,
        shiftMasks,
        this.#dCandidate + padded,
        this.#dGates + 2 * padded,
        this.#dShifted + padded,
        n,
        weight,
      )
    );
    this.#convolve("candidateBack", this.#dCandidate, filters.candidateBack, this.#dResetState);
    this.#forEachColumn((padded, plain) =>
      phase.throughReset(
        this.#dResetState + plain,
        gates + 2 * plain,
        state + padded,
        this.#dShifted + padded,
        shiftMasks,
        this.#dGates + 2 * padded,
        this.#resetState + padded,
        this.gradient + plain,
        n,
        weight,
      )
    );
    this.#convolve("gatesBack", this.#dGates, filters.gatesBack, this.gradient);
    this.#forEachColumn((padded) => {
      accumulateBias.gates(this.#dGates + 2 * padded, sums.gates, n);
      accumulateBias.candidate(this.#dCandidate + padded, sums.candidate, n);
    });
    this.#accumulate("gates", state, this.#dGates, sums.gates);
    this.#accumulate("candidate", this.#resetState, this.#dCandidate, sums.candidate);
  }

  /** Writes a dropout mask of the given keys, one for each column. */
  dropMask(
    mask: number,
    keys: readonly (readonly [number, number])[],
    threshold: number,
    kept: number,
  ): void {
    this.#forEachColumn((_, plain, column) =>
      this.#routines.phase.dropMask(mask + plain, ...keys[column]!, threshold, this.#positions, kept)
    );
  }

  /** Adds noise of the given keys, one for each column, to the positions of a state. */
  addNoise(state: number, keys: readonly (readonly [number, number])[], scale: number): void {
    this.#forEachColumn((padded, _, column) =>
      this.#routines.phase.addNoise(state + padded, ...keys[column]!, this.#positions, scale)
    );
  }

  /** Rounds a state to the spec's levels, as `rounded` in levels.ts does. */
  round(state: number): void {
    const { state_levels } = this.#spec;
    this.#forEachColumn((padded) =>
      this.#routines.phase.round(
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

  #convolve(name: keyof Shapes, input: number, filter: number, output: number): void {
    const { inputs, outputs, taps } = this.#routines.shapes[name];
    const widths = { input: inputs / this.#routines.maps, output: outputs / this.#routines.maps };
    const columnBytes = widths.input * this.#columnBytes("state");
    for (let column = 0; column < this.#spec.width; column++) {
      const { seen, first, lacking } = this.#seenFrom(column);
      this.#routines.convolve[name](
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

  #accumulate(name: "gates" | "candidate", input: number, gradient: number, sums: number): void {
    const { inputs, outputs, taps } = this.#routines.shapes[name];
    const wide = outputs / this.#routines.maps;
    const margin = this.#margin * outputs * 4;
    for (let column = 0; column < this.#spec.width; column++) {
      const { seen, first, lacking } = this.#seenFrom(column);
      for (let other = first; other < first + seen; other++) {
        this.#routines.accumulate[name](
          input + other * this.#columnBytes("state") + this.#windowOf(inputs),
          gradient + column * wide * this.#columnBytes("state") + margin,
          sums,
          (lacking + other - first) * taps * inputs * 32,
          this.#positions,
        );
      }
    }
  }
}
