/** A run, of which every state can be looked at. */
import { RunError } from "../../errors.ts";
import type { Computation, Computer } from "./computer.ts";

/** The most bytes of states that a recording keeps. The states between those that it keeps are computed again. */
const MOST_BYTES = 64e6;

/** What is done to a value of a state. */
export type Damage = "zero" | "flipped";

/** What is done to states: by step, and there by the value's place in the state. */
export type Damages = ReadonlyMap<number, ReadonlyMap<number, Damage>>;

/** What a recording runs. */
export interface Recorded {
  readonly computer: Computer;
  /** Length of the input or of its answer. */
  readonly positions: number;
  readonly steps: number;
}

/** The states of a run, by step: state 0 is the embedded input, state t what step t makes of it. */
export class Recording {
  /** What it runs. */
  readonly recorded: Recorded;
  /** Every so many steps a state is kept. */
  readonly stride: number;
  /** Why no step after the last known one can be computed, where an automaton has no rule for it. */
  stop: string | undefined;
  readonly #damages: Damages;
  readonly #kept: Float32Array[];
  #front: Runner | undefined;
  #looked: { readonly step: number; readonly state: Float32Array };

  private constructor(
    recorded: Recorded,
    damages: Damages,
    kept: Float32Array[],
    step: number,
    state: Float32Array,
  ) {
    this.recorded = recorded;
    this.stride = Math.ceil(((recorded.steps + 1) * state.byteLength) / MOST_BYTES);
    this.#damages = damages;
    this.#kept = kept;
    this.#front = new Runner(recorded, damages, step, state);
    this.#looked = { step, state };
    this.#keep();
  }

  /** Starts a run from its first state. */
  static start(recorded: Recorded, initial: Float32Array): Recording {
    return new Recording(recorded, new Map(), [], 0, initial);
  }

  /** A run that is the same up to the first step with damages, and goes on from there with them. */
  damaged(damages: Damages): Recording {
    const first = Math.min(...damages.keys());
    const kept = this.#kept.slice(0, Math.ceil(first / this.stride));
    return new Recording(
      this.recorded,
      damages,
      kept,
      first,
      spoilt(this.stateAt(first), damages.get(first)),
    );
  }

  /** The last step that has been computed. */
  get known(): number {
    return this.#front?.step ?? this.recorded.steps;
  }

  /** Whether all steps have been computed, as far as they can be. */
  get complete(): boolean {
    return this.known === this.recorded.steps || this.stop !== undefined;
  }

  /** Computes one more step. */
  advance(): void {
    if (this.complete) return;
    try {
      this.#front!.advance();
    } catch (thrown) {
      if (!(thrown instanceof RunError)) throw thrown;
      this.stop = thrown.message;
      return;
    }
    this.#keep();
  }

  #keep(): void {
    const { step } = this.#front!;
    if (step % this.stride === 0 && this.#kept.length === step / this.stride) {
      this.#kept.push(this.#front!.state());
    }
    if (step === this.recorded.steps) {
      this.#looked = { step, state: this.#front!.state() };
      this.#front!.dispose();
      this.#front = undefined;
    }
  }

  /** The kept state of that index, which is that of step index · stride. */
  keptAt(index: number): Float32Array {
    return this.#kept[index]!;
  }

  /** The state after a step that has been computed. */
  stateAt(step: number): Float32Array {
    if (this.#looked.step === step) return this.#looked.state;
    const index = Math.floor(step / this.stride);
    let state = this.#kept[index]!;
    if (index * this.stride !== step) {
      const runner = new Runner(this.recorded, this.#damages, index * this.stride, state);
      while (runner.step < step) runner.advance();
      state = runner.state();
      runner.dispose();
    }
    this.#looked = { step, state };
    return state;
  }

  /** Frees what it computes with. */
  dispose(): void {
    this.#front?.dispose();
  }
}

/** Computes steps one after the other. */
class Runner {
  step: number;
  readonly #recorded: Recorded;
  readonly #damages: Damages;
  #computation: Computation;

  constructor(recorded: Recorded, damages: Damages, step: number, state: Float32Array) {
    this.#recorded = recorded;
    this.#damages = damages;
    this.step = step;
    this.#computation = this.#start(state);
  }

  #start(state: Float32Array): Computation {
    const { computer, positions, steps } = this.#recorded;
    return computer.start(state, positions, steps);
  }

  advance(): void {
    this.#computation.advance(this.step);
    this.step++;
    const damage = this.#damages.get(this.step);
    if (damage === undefined) return;
    const state = spoilt(this.state(), damage);
    this.dispose();
    this.#computation = this.#start(state);
  }

  state(): Float32Array {
    return this.#computation.state();
  }

  dispose(): void {
    this.#computation.dispose();
  }
}

/** A copy of a state with its damages. */
function spoilt(state: Float32Array, damage: ReadonlyMap<number, Damage> | undefined): Float32Array {
  const copy = state.slice();
  for (const [place, kind] of damage ?? []) copy[place] = kind === "zero" ? 0 : -copy[place]!;
  return copy;
}
