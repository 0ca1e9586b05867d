/** The states of a whole computation, as small numbers for pictures. */
import { figure, option, RunError, say } from "../errors.ts";
import type { Trace } from "../evaluation/trace.ts";

/** The most values of a film: about as many bytes, and pictures with as many pixels. */
const MOST_VALUES = 100_000_000;

/** Half of the whole numbers that a value from −1 to 1 becomes. The states of automata are whole numbers already. */
const UNIT = 127;

/** All states and read-outs of a trace. */
export interface Film {
  /** What was computed. */
  readonly trace: Trace;
  /** The maps that are held. */
  readonly maps: readonly number[];
  /** What would be read out after each step, from step 0 on: a symbol for each position, a space for padding. */
  readonly readOuts: readonly string[];
  /** The value of one of `maps`, by its place in the list, limited to −1 … 1; of an automaton the number of a state. */
  value(step: number, column: number, position: number, place: number): number;
}

/** The numbers of all maps of a trace. */
export function allMaps({ maps }: Pick<Trace, "maps">): readonly number[] {
  return Array.from({ length: maps }, (_, map) => map);
}

/** Computes a trace and keeps the given maps of it. Throws a `RunError` with the figure where that is too much. */
export async function filmOf(trace: Trace, maps: readonly number[]): Promise<Film> {
  const { steps, columns, positions, maps: all, cellStates } = trace;
  const size = columns * positions * maps.length;
  const count = (steps + 1) * size;
  if (count > MOST_VALUES) {
    const [given, expected] = [`${figure(count)} values`, `at most ${figure(MOST_VALUES)}`];
    const advice = say`choose some with ${option("maps")}, or write safetensors or CSV`;
    throw new RunError(say`Cannot draw the trace: its maps have ${given}, expected ${expected}; ${advice}`, {
      code: "too_large",
      subject: "maps",
      given,
      expected,
    });
  }
  const values = cellStates === undefined ? new Int8Array(count) : new Uint16Array(count);
  const unit = cellStates === undefined ? UNIT : 1;
  const limit = (value: number) => cellStates === undefined ? Math.min(1, Math.max(-1, value)) : value;
  const readOuts: string[] = [];
  for await (const { step, state, readOut } of trace) {
    for (let i = 0; i < size; i++) {
      const value = state[Math.floor(i / maps.length) * all + maps[i % maps.length]!]!;
      values[step * size + i] = Math.round(unit * limit(value));
    }
    readOuts.push(readOut);
  }
  return {
    trace,
    maps,
    readOuts,
    value: (step, column, position, place) =>
      values[step * size + (column * positions + position) * maps.length + place]! / unit,
  };
}
