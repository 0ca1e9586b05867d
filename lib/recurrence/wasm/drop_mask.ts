import { GOLDEN } from "../../random.ts";
import { all, f32x4, get, i32, i32x4, Routine, set, v128, when } from "./assembler.ts";
import { forEachQuad, type PhaseShape } from "./elementwise.ts";

/**
 * `(mask, keyA, keyB, threshold, positions, kept)`: the dropout mask of a column as `dropoutMask` makes it, 0 where a
 * unit's random word is below the threshold, else `kept`.
 */
export function dropMask(shape: PhaseShape): Routine {
  const routine = new Routine("dropMask");
  const [mask, keyA, keyB, threshold, positions] = routine.parameters(5);
  const kept = routine.parameter("f32");
  const [counter, word, a, b, least, value] = routine.locals(6, "v128");
  const all32 = (word: number) => i32x4.const(word, word, word, word);
  const mixed = (bits: number) => set(word, v128.xor(get(word), i32x4.shrU(get(word), bits)));
  const step = (units: number) => set(counter, i32x4.add(get(counter), all32(Math.imul(units, GOLDEN))));
  const { maps, ownMaps } = shape;
  return routine.does(
    set(a, i32x4.splat(get(keyA))),
    set(b, i32x4.splat(get(keyB))),
    set(least, i32x4.splat(get(threshold))),
    set(value, f32x4.splat(get(kept))),
    // The counter runs over the units of the model, times the constant; this array may have more maps.
    set(counter, i32x4.const(0, GOLDEN, 2 * GOLDEN, 3 * GOLDEN)),
    forEachQuad(routine, shape, positions, [{ local: mask, maps }], (quad) =>
      all(
        set(word, v128.xor(i32x4.add(get(a), get(counter)), get(b))),
        mixed(16),
        set(word, i32x4.mul(get(word), all32(0x85ebca6b))),
        mixed(13),
        set(word, i32x4.mul(get(word), all32(0xc2b2ae35))),
        mixed(16),
        v128.store(get(mask), v128.and(i32x4.geU(get(word), get(least)), get(value))),
        step(4),
        ownMaps === maps ? [] : when(i32.eq(get(quad), i32.const(maps * 4 - 16)), step(ownMaps - maps)),
      )),
  );
}
