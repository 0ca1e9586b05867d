/**
 * A stage of a cell: what is computed for each element between two convolutions. It reads the arrays that its
 * expressions have as inputs, and writes others, or the same ones, at the same place.
 */
import type { Expression } from "./expression.ts";

/** What a stage computes for each element. */
export interface Stage {
  /** The arrays that it writes, and with what. */
  readonly outputs: readonly { readonly array: string; readonly value: Expression }[];
}

/** Banks that convolve the same, which follow each other in the parameters. */
export interface Phase {
  /** The number of its first bank. */
  readonly first: number;
  /** How many banks it has. */
  readonly count: number;
  /** What they convolve: the state, for the first phase. */
  readonly input: Expression;
}

/** The stages of the backward pass. */
export interface Backward {
  /**
   * By phase. That of the last phase takes the derivative by the next state, each other one the derivative by what the
   * following phase convolves. It completes the derivatives by the phase's pre-activations, from whose convolutions
   * comes the derivative for the stage before.
   */
  readonly stages: readonly Stage[];
  /** What each phase convolves, made of what is kept. */
  readonly inputs: readonly Expression[];
  /** Comes after all stages, where the derivative by the shifted state is not complete before the last of them. */
  readonly carry: Stage | undefined;
}

/** The names of the arrays that stages read and write. */
export const ARRAYS = {
  /** The state. */
  state: "state",
  /** The state, shifted along the positions; an engine computes it from the state. */
  shifted: "shifted",
  /** What units of the candidate are multiplied by, where there is dropout. */
  mask: "mask",
  /** The next state. */
  next: "next",
  /** The pre-activation of a bank, in the stage that follows its convolution. */
  pre: (bank: number) => `pre${bank}`,
  /** The bank whose pre-activation has that name; undefined for other names. */
  preNumber: (name: string) => /^pre\d+$/.test(name) ? Number(name.slice(3)) : undefined,
  /** What is kept of a bank for all other stages, see kept.ts: in most cases its pre-activation. */
  kept: (bank: number) => `kept${bank}`,
  /** What the banks of a phase after the first one convolve. */
  input: (phase: number) => `input${phase}`,
  /** How far pre-activations exceed the saturation limit; an engine adds it up. */
  excess: "excess",
  /** The derivative by what a stage's forward counterpart has computed: the next state, or what a phase convolves. */
  d: "d",
  /** The derivative by a pre-activation, or as much of it as has been computed. */
  dPre: (bank: number) => `dPre${bank}`,
  /** The derivative by the state, but for what comes through the first phase's convolutions. */
  dState: "dState",
  /** The derivative by the shifted state. */
  dShifted: "dShifted",
  /** `dShifted`, shifted back; an engine computes it. */
  carried: "carried",
  /** The weight of the saturation cost, the same for all elements of an example. */
  weight: "weight",
} as const;
