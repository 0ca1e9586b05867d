/** A network with a rounded state as a cellular automaton: the states of its cells by number, and what its rule says. */
import type { Weights } from "../model/network.ts";
import { embedPlain, readOutPlain } from "../engine/plain.ts";
import { startSequences } from "../engine/wasm/sequences.ts";
import { cellOf } from "../cells/table.ts";
import { recurrenceSize } from "../model/recurrence_spec.ts";
import type { LocalRule } from "./closure.ts";
import { BORDER } from "../automaton/rule_table.ts";

/** Neighbourhoods that are computed at once. */
const TOGETHER = 512;

/** A network as a cellular automaton. Its states are numbered as they are met, after the border's 0. */
export class NetworkRule implements LocalRule {
  /** Cells to each side that a cell's next state depends on. */
  readonly radius: number;
  readonly #weights: Weights;
  readonly #banks: Float32Array;
  readonly #numbers = new Map<string, number>();
  readonly #values: Float32Array[];

  /** Makes the automaton of a network of one column and one layer. */
  constructor(weights: Weights) {
    const { spec } = weights.network;
    this.#weights = weights;
    this.#banks = weights.parameters.subarray(0, recurrenceSize(spec));
    // Each phase of a cell convolves what the phase before made.
    this.radius = cellOf(spec).phases.length * (spec.kernel_length - 1) / 2;
    this.#values = [new Float32Array(spec.maps)];
  }

  /** Number of states so far, the border among them. */
  get states(): number {
    return this.#values.length;
  }

  /** The states of the padding and of each symbol before the first step. */
  initial(): number[] {
    const { network, parameters } = this.#weights;
    const { maps } = network.spec;
    const symbols = Array.from({ length: network.symbols.length + 1 }, (_, number) => number);
    const state = embedPlain(network, parameters, symbols, symbols.length);
    return symbols.map((number) => this.#number(state.slice(number * maps, (number + 1) * maps)));
  }

  /** The symbol number that is read out of a state; the padding's for the border. */
  output(state: number): number {
    const { network, parameters } = this.#weights;
    return state === BORDER ? 0 : readOutPlain(network, parameters, this.#values[state]!, 1).written[0]!;
  }

  /** The next states of the cells in the middle of neighbourhoods. */
  next(neighbourhoods: readonly (readonly number[])[]): number[] {
    const { spec } = this.#weights.network;
    const cells = 2 * this.radius + 1;
    const next: number[] = [];
    for (let first = 0; first < neighbourhoods.length; first += TOGETHER) {
      const some = neighbourhoods.slice(first, first + TOGETHER);
      const initial = new Float32Array(some.length * cells * spec.maps);
      some.flat().forEach((state, cell) => initial.set(this.#values[state]!, cell * spec.maps));
      const run = { lengths: some.map(() => cells), steps: some.map(() => 1) };
      const sequences = startSequences(spec, run, initial, cells, this.#banks);
      sequences.advance(0);
      const states = sequences.state();
      sequences.dispose();
      some.forEach(({ [this.radius]: middle }, row) => {
        const at = (row * cells + this.radius) * spec.maps;
        next.push(middle === BORDER ? BORDER : this.#number(states.slice(at, at + spec.maps)));
      });
    }
    return next;
  }

  #number(values: Float32Array): number {
    // -0 is 0.
    const key = Array.from(values, (value) => value + 0).join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.states);
    return this.#values.push(values) - 1;
  }
}
