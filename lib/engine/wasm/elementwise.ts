import { shiftedMaps } from "../shift.ts";
import {
  all,
  type Code,
  get,
  i32,
  increase,
  type Local,
  repeat,
  type Routine,
  set,
  v128,
} from "./assembler.ts";

/**
 * The common parts of the routines that work element by element between the products, each on one column of positions.
 * Arrays that belong together, as those of the banks of a phase, are next to each other in each position. Pointers are to
 * position 0. States have margins before it and after the last position, for the neighbours that the shift reads.
 */

/** The maps for which routines are generated. */
export interface MapShape {
  /** Maps in memory, a multiple of 4. */
  readonly maps: number;
  /** Maps of the model. */
  readonly ownMaps: number;
}

/** A loop over all groups of four maps at all positions. */
export function forEachQuad(
  routine: Routine,
  { maps }: MapShape,
  positions: Local,
  pointers: readonly { readonly local: Local; readonly maps: number }[],
  body: (quad: Local) => Code,
): Code {
  const quad = routine.local();
  return repeat(
    all(
      set(quad, i32.const(0)),
      repeat(
        all(
          body(quad),
          ...pointers.map(({ local }) => increase(local, 16)),
          increase(quad, 16),
        ),
        i32.ltS(get(quad), i32.const(maps * 4)),
      ),
      // Moves on to the next position, where an array has more maps than the loop has covered.
      ...pointers.filter((pointer) => pointer.maps > maps).map((pointer) =>
        increase(pointer.local, (pointer.maps - maps) * 4)
      ),
      increase(positions, -1),
    ),
    get(positions),
  );
}

/**
 * The state at `pointer`, with its maps moved by one position: the first third comes from the
 * neighbour that `from` names, the second third from the other one. `masks` points at two rows of masks for the maps of
 * a position.
 */
export function moved(
  { maps }: MapShape,
  pointer: Local,
  masks: Local,
  quad: Local,
  from: "before" | "after",
): Code {
  const stays = v128.load(get(pointer));
  // An offset cannot be negative, so the pointer is changed.
  const before = v128.load(i32.sub(get(pointer), i32.const(maps * 4)));
  const after = v128.load(get(pointer), maps * 4);
  const [first, second] = from === "before" ? [before, after] : [after, before];
  const mask = i32.add(get(masks), get(quad));
  return v128.select(
    v128.load(mask),
    first,
    v128.select(v128.load(mask, maps * 4), second, stays),
  );
}

/** The masks of the phases: all bits are one in the first third of the maps, and in a second row in the second third. */
export function shiftMasks({ maps, ownMaps }: MapShape): Int32Array {
  const third = shiftedMaps(ownMaps);
  return new Int32Array(2 * maps).fill(-1, 0, third).fill(-1, maps + third, maps + 2 * third);
}
