/** How far a refinement is. */
import type { Weights } from "../model/network.ts";
import type { Example } from "../problems/dataset.ts";
import type { Stage } from "./stage.ts";

/** All that a refinement depends on besides its options: it goes on from here as though it had not been interrupted. */
export interface RefinementState {
  /** Training steps so far. */
  readonly step: number;
  /** Tests so far. */
  readonly round: number;
  /** Examples that were wrong. */
  readonly failures: readonly Example[];
  /** The last of the networks that passed the tests of their time, each of fewer maps than the one before. */
  readonly stages: readonly Stage[];
  /** Whether they are rounded. */
  readonly isRounded: boolean;
  /** Maps without which the last stage was not right again. */
  readonly needed: readonly number[];
  /** How often the last stage has been repaired. */
  readonly repairs: number;
  /** Networks that were right, but whose automata were not proved to be. */
  readonly unproved: readonly UnprovedStage[];
}

/** A network that was right, but whose automaton was not proved to be. */
export interface UnprovedStage {
  /** The network. */
  readonly stage: Stage;
  /** States of the automaton. */
  readonly states: number;
  /** Whether its rules have a closure. */
  readonly closed: boolean;
}

/** The state of the refinement of a network before it begins. */
export function startOf({ network, parameters }: Weights): RefinementState {
  const alive = Array.from({ length: network.spec.maps }, (_, map) => map);
  return {
    step: 0,
    round: 0,
    failures: [],
    stages: [{ network, parameters, alive, origins: alive }],
    isRounded: false,
    needed: [],
    repairs: 0,
    unproved: [],
  };
}
