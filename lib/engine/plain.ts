/**
 * The two ends of the network for one example, on plain arrays, where a tensor would be too much: in a page of a browser,
 * and to read the symbols out of many states. `embed` and `readOut` of network.ts are the same in operations of tfjs.
 */
import { cellOf } from "../cells/table.ts";
import { PAD } from "../model/batch.ts";
import type { Network } from "../model/network.ts";

/** The state before the first step, `[width, positions, maps]`, of an example given as symbol numbers. */
export function embedPlain(
  network: Network,
  parameters: Float32Array,
  input: ArrayLike<number>,
  positions: number,
): Float32Array {
  const { maps, width } = network.spec;
  const { frame } = cellOf(network.spec).cell;
  const weight = entryOf(network, parameters, "embedding.weight")!;
  const bias = entryOf(network, parameters, "embedding.bias");
  const state = new Float32Array(width * positions * maps);
  for (let position = 0; position < positions; position++) {
    const symbol = input[position] ?? PAD;
    if (frame === "cgru" && symbol === PAD) continue;
    for (let map = 0; map < maps; map++) {
      const value = weight[symbol * maps + map]!;
      // Only the diagonal model has a bias, and clips the sum.
      state[position * maps + map] = bias ? Math.min(1, Math.max(-1, value + bias[map]!)) : value;
    }
  }
  return state;
}

/** What a state says at each position, if it were the last one. */
export interface ReadOut {
  /** The number of the symbol with the largest share. */
  readonly written: Int32Array;
  /** By how much its share is larger than the next one, from 0 to 1. */
  readonly margins: Float32Array;
}

/** Reads the symbols out of the first column of a state `[width, positions, maps]`. */
export function readOutPlain(
  network: Network,
  parameters: Float32Array,
  state: Float32Array,
  positions: number,
): ReadOut {
  const { maps } = network.spec;
  const vocabulary = network.symbols.length + 1;
  const weight = entryOf(network, parameters, "output.weight")!;
  const bias = entryOf(network, parameters, "output.bias");
  const written = new Int32Array(positions);
  const margins = new Float32Array(positions);
  const logits = new Float64Array(vocabulary);
  for (let position = 0; position < positions; position++) {
    for (let symbol = 0; symbol < vocabulary; symbol++) logits[symbol] = bias?.[symbol] ?? 0;
    for (let map = 0; map < maps; map++) {
      const value = state[position * maps + map]!;
      for (let symbol = 0; symbol < vocabulary; symbol++) {
        logits[symbol]! += value * weight[map * vocabulary + symbol]!;
      }
    }
    let best = 0;
    for (let symbol = 1; symbol < vocabulary; symbol++) if (logits[symbol]! > logits[best]!) best = symbol;
    let sum = 0;
    let next = 0;
    for (let symbol = 0; symbol < vocabulary; symbol++) {
      const share = Math.exp(logits[symbol]! - logits[best]!);
      sum += share;
      if (symbol !== best && share > next) next = share;
    }
    written[position] = best;
    margins[position] = (1 - next) / sum;
  }
  return { written, margins };
}

/** A named part of the flat vector of parameters; undefined where the network has none of that name. */
function entryOf({ table }: Network, parameters: Float32Array, name: string): Float32Array | undefined {
  const entry = table.find((entry) => entry.name === name);
  return entry && parameters.subarray(entry.offset, entry.offset + entry.size);
}
