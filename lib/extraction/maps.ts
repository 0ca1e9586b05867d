/**
 * Networks with some of their maps. The diagonal cell moves the first third of the maps one way and the second third the
 * other way, so a map keeps its third; where the thirds that are left differ in size, maps that hold nothing fill them.
 * Such a map has parameters of 0 alone, and training leaves them at 0 as long as noise does not reach half a level.
 */
import type { Weights } from "../model/network.ts";
import { shiftedMaps } from "../engine/shift.ts";
import type { Network } from "../model/network.ts";
import { parameterCount, parameterTable } from "../model/parameters.ts";

/** A network of fewer maps, and where its maps come from. */
export interface Reduction {
  /** The shape. */
  readonly network: Network;
  /** For each map, the map of the former network that it was, or -1 where it holds nothing. */
  readonly from: readonly number[];
}

/** The smallest network that has the given maps of another, each in its third. */
export function reductionTo(network: Network, kept: readonly number[]): Reduction {
  const thirdOf = (map: number, maps: number) =>
    shiftedMaps(maps) === 0 ? 2 : Math.min(2, Math.floor(map / shiftedMaps(maps)));
  const wanted = [0, 1, 2].map((third) => kept.filter((map) => thirdOf(map, network.spec.maps) === third));
  for (let maps = 1;; maps++) {
    const places = [0, 1, 2].map((third) =>
      Array.from({ length: maps }, (_, map) => map).filter((map) => thirdOf(map, maps) === third)
    );
    if (wanted.some((maps, third) => maps.length > places[third]!.length)) continue;
    const from = places.flatMap((own, third) => own.map((_, i) => wanted[third]![i] ?? -1));
    const spec = { ...network.spec, maps };
    return { network: { ...network, spec, table: parameterTable(spec, network.symbols) }, from };
  }
}

/** A vector of the former network's shape, such as its parameters, in the shape of the reduced one. */
export function reduce(
  network: Network,
  { network: smaller, from }: Reduction,
  values: Float32Array,
): Float32Array {
  const result = new Float32Array(parameterCount(smaller.table));
  const { maps } = network.spec;
  smaller.table.forEach((entry, index) => {
    const former = network.table[index]!;
    // In every tensor the axes that are as long as there are maps are axes of maps, but for the words at either end.
    const isMaps = entry.shape.map((_, axis) => isMapsAxis(entry.name, axis));
    const place = entry.shape.map(() => 0);
    for (let i = 0; i < entry.size; i++) {
      let rest = i;
      for (let axis = place.length - 1; axis >= 0; axis--) {
        place[axis] = rest % entry.shape[axis]!;
        rest = Math.floor(rest / entry.shape[axis]!);
      }
      let source = 0;
      for (let axis = 0; axis < place.length && source >= 0; axis++) {
        const at = isMaps[axis] ? from[place[axis]!]! : place[axis]!;
        source = at < 0 ? -1 : source * former.shape[axis]! + at;
      }
      if (source >= 0) result[entry.offset + i] = values[former.offset + source]!;
    }
  });
  if (maps < smaller.spec.maps) throw new Error("A reduction has more maps than the network");
  return result;
}

/** Whether an axis of a tensor counts maps. */
function isMapsAxis(name: string, axis: number): boolean {
  if (name.endsWith(".filter")) return axis >= 2;
  if (name === "embedding.weight") return axis === 1;
  if (name === "output.weight") return axis === 0;
  return name !== "output.bias";
}

/** The network with a reduction of its parameters. */
export function reduced({ network, parameters }: Weights, kept: readonly number[]): Weights & Reduction {
  const reduction = reductionTo(network, kept);
  return { ...reduction, parameters: reduce(network, reduction, parameters) };
}
