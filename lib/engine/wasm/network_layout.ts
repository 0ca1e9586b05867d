import { parameterCount } from "../../model/parameters.ts";
import type { Network } from "../../model/network.ts";
import { inPanels, type Layout, layoutOf } from "./layout.ts";
import { padded } from "./module.ts";
import { panelsSize, type ProductShape } from "./products.ts";

/** The places of a network's parameters: those of its recurrence, and of its two ends. */
export interface NetworkLayout extends Layout {
  /** The first element of the embedding: a line for each symbol number, and then that of the bias. */
  readonly embedding: number;
  /** The first element of the read-out's panels. */
  readonly output: number;
  /** The shape of the read-out, whose outputs are the symbols, and that of its flipped panels. */
  readonly readOut: ProductShape;
  readonly readOutBack: ProductShape;
  /** The first element of the read-out's flipped panels in their block. */
  readonly flippedOutput: number;
  /** Elements that belong to no parameter. */
  readonly padding: Int32Array;
}

/** The layout of a network's parameters. */
export function networkLayout(
  { spec, symbols, table }: Network,
): NetworkLayout {
  const cells = layoutOf(spec);
  const maps = padded(spec.maps);
  const vocabulary = symbols.length + 1;
  const readOut = { name: "readOut", inputs: maps, outputs: padded(vocabulary), taps: 1, columns: 1 };
  const readOutBack = { ...readOut, name: "back", inputs: readOut.outputs, outputs: maps };
  const embedding = cells.size;
  const output = embedding + (vocabulary + 1) * maps;
  const size = output + panelsSize(readOut);
  const places = new Int32Array(parameterCount(table));
  places.set(cells.places);
  /** The element that holds parameter i of an entry. */
  const placeOf: Readonly<Record<string, (i: number) => number>> = {
    "embedding.weight": (i) => embedding + Math.floor(i / spec.maps) * maps + i % spec.maps,
    "embedding.bias": (i) => embedding + vocabulary * maps + i,
    "output.weight": (i) => output + inPanels(readOut, 1 + Math.floor(i / vocabulary), i % vocabulary),
    "output.bias": (i) => output + inPanels(readOut, 0, i),
  };
  for (const { name, offset, size } of table) {
    const place = placeOf[name];
    for (let i = 0; place !== undefined && i < size; i++) places[offset + i] = place(i);
  }
  const flippedOutput = cells.back.size;
  const [to, from] = [[...cells.back.to], [...cells.back.from]];
  for (let map = 0; map < spec.maps; map++) {
    for (let symbol = 0; symbol < vocabulary; symbol++) {
      to.push(flippedOutput + inPanels(readOutBack, 1 + symbol, map));
      from.push(output + inPanels(readOut, 1 + map, symbol));
    }
  }
  const back = {
    size: flippedOutput + panelsSize(readOutBack),
    cells: cells.back.cells,
    to: Int32Array.from(to),
    from: Int32Array.from(from),
  };
  const used = new Set(places);
  const padding = Int32Array.from(Array.from({ length: size }, (_, i) => i).filter((i) => !used.has(i)));
  return {
    cells: cells.cells,
    size,
    places,
    back,
    embedding,
    output,
    flippedOutput,
    readOut,
    readOutBack,
    padding,
  };
}
