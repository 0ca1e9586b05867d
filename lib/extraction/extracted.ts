/** What an extraction makes, and what happens on the way. */
import type { Automaton, AutomatonCheck } from "../automaton/automaton.ts";
import type { Model } from "../model/model.ts";
import type { Proof } from "./proof.ts";
import type { NetworkChange } from "./stage.ts";

/** What {@linkcode extract} makes. */
export interface Extracted {
  /** The automaton. */
  readonly automaton: Automaton;
  /** The proof that it is right on inputs of every length, where there is one. */
  readonly proof: Proof | undefined;
  /** The network that it was read from: a model of few maps, whose state inference rounds. */
  readonly model: Model;
  /** Maps of that model that hold something. */
  readonly maps: number;
  /** Training steps. */
  readonly steps: number;
  /** How much they changed the network. */
  readonly change: NetworkChange;
}

/**
 * Something that happens in an extraction, by its `kind`:
 *
 * - `refining`: The network is being trained: `step` so far in all, with so many `maps`, and the share of the examples of
 *   the last steps that were `right`.
 * - `closing`: A closure of the rules of a network of so many `maps` is being computed.
 * - `trying`: An automaton is being tried on `count` examples of a `suite` and a `size`, of which so many are `done`. The
 *   suite is `all` for all inputs of a size.
 * - `wrong`: An automaton was wrong, as `check` tells. Its network is trained on, or one of more maps takes its place.
 * - `unproved`: An automaton is right as far as a search finds, but not proved to be, or, where it is not `closed`, longer
 *   inputs may meet other neighbourhoods.
 */
export type ExtractNews =
  | { readonly kind: "refining"; readonly step: number; readonly maps: number; readonly right: number }
  | { readonly kind: "closing"; readonly maps: number }
  | {
    readonly kind: "trying";
    readonly suite: string;
    readonly size: number;
    readonly count: number;
    readonly done: number;
  }
  | { readonly kind: "wrong"; readonly maps: number; readonly check: AutomatonCheck }
  | { readonly kind: "unproved"; readonly maps: number; readonly states: number; readonly closed: boolean };
