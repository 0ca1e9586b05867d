import { shiftedMaps } from "../shift.ts";
import { all, type Code, get, i32x4, increase, type Local, repeat, v128 } from "./assembler.ts";

/**
 * The common parts of the routines that work element by element between the products, each on one column. A line is one
 * example at one position: the maps of it are next to each other, and so are the lines of a position. Arrays that belong
 * together, as those of the banks of a phase, are next to each other in each line. States have margins before the first
 * position and after the last one, for the neighbours that the shift reads.
 */

/** The maps for which routines are generated. */
export interface MapShape {
  /** Maps in memory, a multiple of 4. */
  readonly maps: number;
  /** Maps of the model. */
  readonly ownMaps: number;
}

/** A pointer that goes from line to line. */
export interface LinePointer {
  /** The pointer. */
  readonly local: Local;
  /** Bytes from a line to the next one. */
  readonly bytes: number | Code;
}

/** A loop over all lines, in which `body` is written for each group of four maps; its number follows from its place. */
export function forEachLine(
  { maps }: MapShape,
  count: Local,
  pointers: readonly LinePointer[],
  body: (quad: number) => Code,
): Code {
  return repeat(
    all(
      ...Array.from({ length: maps / 4 }, (_, quad) => body(quad)),
      ...pointers.map(({ local, bytes }) => increase(local, bytes)),
      increase(count, -1),
    ),
    get(count),
  );
}

/**
 * Four maps of the state, moved by one position: the first third of the maps comes from `first`, the second third from
 * `second`, which point at the neighbours, and the others from `state` itself.
 */
export function moved(
  { ownMaps }: MapShape,
  quad: number,
  { first, second, state }: Readonly<Record<"first" | "second" | "state", Local>>,
): Code {
  const third = shiftedMaps(ownMaps);
  const sources = Array.from({ length: 4 }, (_, lane) => {
    const map = 4 * quad + lane;
    return map < third ? first : map < 2 * third ? second : state;
  });
  const load = (local: Local) => v128.load(get(local), 16 * quad);
  return [...new Set(sources)].map((source) => ({ source, code: load(source) })).reduce((before, own) => ({
    source: own.source,
    code: v128.select(
      i32x4.const(
        ...sources.map((source) => source === own.source ? -1 : 0) as [number, number, number, number],
      ),
      own.code,
      before.code,
    ),
  })).code;
}
