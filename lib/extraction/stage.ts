/** A network during its refinement, and the same with fewer maps. */
import type { Weights } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { reduced } from "./maps.ts";

/** A network during its refinement. */
export interface Stage extends Weights {
  /** Its maps that hold something. */
  readonly alive: readonly number[];
  /** For each of these, the map of the network before the refinement that it was. */
  readonly origins: readonly number[];
}

/** The stage without some of its maps. */
export function without(stage: Stage, gone: readonly number[]): Stage {
  const { network, parameters, from } = reduced(stage, stage.alive.filter((map) => !gone.includes(map)));
  const places = [...from.keys()].filter((place) => from[place]! >= 0);
  const origins = places.map((place) => stage.origins[stage.alive.indexOf(from[place]!)]!);
  return { network, parameters, alive: places, origins };
}

/** How much an extraction has changed a network. */
export interface NetworkChange {
  /** The share of the parameters that were removed. */
  readonly removed: number;
  /** The length of the difference of those that are left, as a share of their length before. */
  readonly distance: number;
}

/** The change from a network to one of its stages. */
export function changeFrom(start: Weights, { parameters, origins }: Stage): NetworkChange {
  const before = reduced(start, origins);
  const length = (values: Float32Array) => Math.hypot(...values);
  return {
    removed: 1 -
      parameters.filter((_, i) => before.parameters[i] !== 0).length / parameterCount(start.network.table),
    distance: length(parameters.map((value, i) => value - before.parameters[i]!)) / length(before.parameters),
  };
}
