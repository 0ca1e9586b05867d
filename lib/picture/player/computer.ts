/** What computes in a page: a network, or an automaton. */
import { type Automaton, firstRow, readOutOf, rowsAfter } from "../../automaton/automaton.ts";
import { decodeAutomaton } from "../../automaton/file.ts";
import { embedPlain, type ReadOut, readOutPlain } from "../../engine/plain.ts";
import { startSequences } from "../../engine/wasm/sequences.ts";
import { networkOf } from "../../model/network.ts";
import { type PageData, unpackParameters } from "../page_data.ts";

/** A computation, from some state on. */
export interface Computation {
  /** Takes step t. */
  advance(t: number): void;
  /** The state `[width, positions, maps]`. */
  state(): Float32Array;
  /** Frees the memory. */
  dispose(): void;
}

/** What computes. */
export interface Computer {
  readonly width: number;
  readonly maps: number;
  /** Whether its only map holds numbers of states, which nobody can damage: there would be no rule for them. */
  readonly isAutomaton: boolean;
  /** The state before the first step, for an input as symbol numbers. */
  initial(numbers: Int32Array): Float32Array;
  /** Goes on from a state. */
  start(state: Float32Array, positions: number, steps: number): Computation;
  /** What a state says. */
  readOut(state: Float32Array, positions: number): ReadOut;
}

/** What computes in a page of that data. */
export function computerOf({ model: { problem }, network, automaton }: PageData): Computer {
  if (network === undefined) return ofAutomaton(decodeAutomaton(automaton!, "the automaton"));
  const parameters = unpackParameters(network);
  const own = networkOf(network.configuration, problem.symbols, network.sets);
  return {
    width: own.spec.width,
    maps: own.spec.maps,
    isAutomaton: false,
    initial: (numbers) => embedPlain(own, parameters, numbers, numbers.length),
    start: (state, positions, steps) =>
      startSequences(own.spec, { lengths: [positions], steps: [steps] }, state, positions, parameters),
    readOut: (state, positions) => readOutPlain(own, parameters, state, positions),
  };
}

function ofAutomaton(automaton: Automaton): Computer {
  return {
    width: 1,
    maps: 1,
    isAutomaton: true,
    initial: (numbers) => Float32Array.from(firstRow(automaton, numbers)),
    start: (state) => {
      let row = Int32Array.from(state);
      return {
        advance: (t) => row = rowsAfter(automaton, row, t).next().value!,
        state: () => Float32Array.from(row),
        dispose: () => {},
      };
    },
    readOut: (state) => ({
      written: readOutOf(automaton, Int32Array.from(state)),
      margins: new Float32Array(state.length).fill(1),
    }),
  };
}
