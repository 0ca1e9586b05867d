/** A trained model that can be stopped after any step, changed, and run on. */
import {
  loadModel,
  type Model,
  recurrence,
  recurrenceSize,
  type RecurrenceSpec,
  startBackend,
  type Tensor1D,
  type Tensor4D,
  tf,
  trace,
} from "../../mod.ts";

/** A whole computation. */
export interface Run {
  /** The right answer, with padding as spaces up to the number of positions. */
  readonly target: string;
  /** Number of positions. */
  readonly positions: number;
  /** The state after each step, from step 0 on: the maps of position 0, then those of position 1, and so on. */
  readonly states: readonly Float32Array[];
  /** What would be read out of each of these states. */
  readonly readOuts: readonly string[];
}

/** A model of one column and one cell, on the CPU. */
export class Machine {
  /** The maps that move to the right, those that move to the left, and those that stay. */
  readonly right: readonly number[];
  readonly left: readonly number[];
  readonly staying: readonly number[];
  readonly all: readonly number[];
  readonly #recurrence: Tensor1D;

  private constructor(readonly model: Model, readonly spec: RecurrenceSpec) {
    const third = Math.floor(spec.maps / 3);
    this.all = Array.from({ length: spec.maps }, (_, map) => map);
    this.right = this.all.slice(0, third);
    this.left = this.all.slice(third, 2 * third);
    this.staying = this.all.slice(2 * third);
    this.#recurrence = tf.tensor1d(model.parameters.slice(0, recurrenceSize(spec)));
  }

  /** Loads a shipped model. */
  static async load(name: string): Promise<Machine> {
    await startBackend("wasm");
    const model = await loadModel(name);
    return new Machine(model, { ...model.configuration, sets: model.sets });
  }

  /** Computes an input and keeps all states. */
  async watch(input: string): Promise<Run> {
    const computation = trace(this.model, input, { backend: "wasm" });
    const { positions, target } = computation;
    const steps = await Array.fromAsync(computation);
    return {
      target: target!.padEnd(positions),
      positions,
      states: steps.map(({ state }) => state),
      readOuts: steps.map(({ readOut }) => readOut),
    };
  }

  /** A copy of a state, with some maps of some positions as they are in another state, or zero. */
  changed(
    state: Float32Array,
    positions: readonly number[],
    maps: readonly number[],
    other?: Float32Array,
  ): Float32Array {
    const copy = state.slice();
    for (const position of positions) {
      for (const map of maps) {
        const unit = position * this.spec.maps + map;
        if (position >= 0 && unit < copy.length) copy[unit] = other?.[unit] ?? 0;
      }
    }
    return copy;
  }

  /** What some states become after more steps. */
  advanced(states: readonly Float32Array[], steps: number): Float32Array[] {
    const { maps } = this.spec;
    const [rows, size] = [states.length, states[0]!.length];
    const positions = size / maps;
    const together = Float32Array.from(
      { length: rows * size },
      (_, i) => states[Math.floor(i / size)]![i % size]!,
    );
    const run = {
      lengths: Array(rows).fill(positions),
      steps: Array(rows).fill(steps),
      batch: rows,
      saturation: false,
    };
    const after = tf.tidy(() => {
      const initial = tf.tensor4d(together, [rows, 1, positions, maps]) as Tensor4D;
      return recurrence(this.spec, run, initial, this.#recurrence).state.dataSync<"float32">();
    });
    return states.map((_, row) => after.slice(row * size, (row + 1) * size));
  }

  /** The answers in which some states end that have `steps` steps left. */
  answers(states: readonly Float32Array[], steps: number): string[] {
    return this.advanced(states, steps).map((state) => this.#readOut(state));
  }

  /** What is read out of a state. */
  #readOut(state: Float32Array): string {
    const { maps } = this.spec;
    const symbols = ` ${this.model.problem.symbols}`;
    // After the recurrence's parameters come those of the embedding and of the read-out, for padding and each symbol.
    const weight = recurrenceSize(this.spec) + (symbols.length + 1) * maps;
    const bias = weight + maps * symbols.length;
    const at = (unit: number) => this.model.parameters[unit]!;
    return Array.from({ length: state.length / maps }, (_, position) => {
      const scores = Array.from(symbols, (_, symbol) =>
        this.all.reduce(
          (sum, map) => sum + state[position * maps + map]! * at(weight + map * symbols.length + symbol),
          at(bias + symbol),
        ));
      return symbols[scores.indexOf(Math.max(...scores))]!;
    }).join("");
  }

  /** The position where two states differ most in the given maps. */
  peak(one: Float32Array, other: Float32Array, maps: readonly number[]): number {
    const sums = Array.from(
      { length: one.length / this.spec.maps },
      (_, position) =>
        maps.reduce((sum, map) => {
          const unit = position * this.spec.maps + map;
          return sum + Math.abs(one[unit]! - other[unit]!);
        }, 0),
    );
    return sums.indexOf(Math.max(...sums));
  }

  /** How far from a position two states differ by more than 0.1 in some map. */
  reach(one: Float32Array, other: Float32Array, from: number): number {
    return one.reduce((furthest, value, unit) => {
      const distance = Math.abs(Math.floor(unit / this.spec.maps) - from);
      return Math.abs(value - other[unit]!) > 0.1 ? Math.max(furthest, distance) : furthest;
    }, 0);
  }

  /** The model without a map: it is zero at all positions after all steps. */
  without(map: number): Model {
    const { maps } = this.spec;
    const parameters = this.model.parameters.slice();
    const size = recurrenceSize(this.spec);
    // What makes the map: the last of the three banks, which is the candidate's, and the embedding.
    const candidate = size - 3 * maps * maps - maps;
    const embedding = size + (this.model.problem.symbols.length + 2) * maps;
    for (let unit = candidate + map; unit < embedding; unit += maps) parameters[unit] = 0;
    return { ...this.model, parameters };
  }
}
