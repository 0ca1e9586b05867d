/** The routines that draw random numbers. They compute `wordAt` for four units at once. */
import { GOLDEN } from "../../random.ts";
import { all, type Code, f32x4, get, i32x4, type Local, Routine, set, v128 } from "./assembler.ts";
import { forEachLine, type MapShape } from "./elementwise.ts";

const all32 = (word: number) => i32x4.const(word, word, word, word);

/** Where random numbers go: `positions` lines, `stride` bytes apart, from `pointer` on. */
type Lines = Readonly<Record<"pointer" | "keyA" | "keyB" | "positions" | "stride", Local>>;

/** Runs `body` for each group of four units of an example, with their random words. */
function forEachWords(
  routine: Routine,
  shape: MapShape,
  { pointer, keyA, keyB, positions, stride }: Lines,
  body: (words: Local, quad: number) => Code,
): Code {
  const { ownMaps } = shape;
  const [counter, words, a, b] = routine.locals(4, "v128");
  const mixed = (bits: number) => set(words, v128.xor(get(words), i32x4.shrU(get(words), bits)));
  return all(
    set(a, i32x4.splat(get(keyA))),
    set(b, i32x4.splat(get(keyB))),
    // The counter is the number of the unit in the model, times the constant. This array may have more maps than the model.
    set(counter, i32x4.const(0, GOLDEN, 2 * GOLDEN, 3 * GOLDEN)),
    forEachLine(shape, positions, [{ local: pointer, bytes: get(stride) }], (quad) => {
      const units = Math.min(4, ownMaps - 4 * quad);
      return all(
        set(words, v128.xor(i32x4.add(get(a), get(counter)), get(b))),
        mixed(16),
        set(words, i32x4.mul(get(words), all32(0x85ebca6b))),
        mixed(13),
        set(words, i32x4.mul(get(words), all32(0xc2b2ae35))),
        mixed(16),
        body(words, quad),
        set(counter, i32x4.add(get(counter), all32(Math.imul(units, GOLDEN)))),
      );
    }),
  );
}

/**
 * `(mask, keyA, keyB, threshold, positions, stride, kept)`: an example's dropout mask of a column as `dropoutMask` makes
 * it, 0 where a unit's random word is below the threshold, else `kept`.
 */
export function dropMask(shape: MapShape): Routine {
  const routine = new Routine("dropMask");
  const [pointer, keyA, keyB, threshold, positions, stride] = routine.parameters(6);
  const kept = routine.parameter("f32");
  const [least, value] = routine.locals(2, "v128");
  return routine.does(
    set(least, i32x4.splat(get(threshold))),
    set(value, f32x4.splat(get(kept))),
    forEachWords(
      routine,
      shape,
      { pointer, keyA, keyB, positions, stride },
      (words, quad) =>
        v128.store(get(pointer), v128.and(i32x4.geU(get(words), get(least)), get(value)), 16 * quad),
    ),
  );
}

/**
 * `(state, keyA, keyB, positions, stride, scale)`: adds noise to an example's column as `stateNoise` makes it. Maps that
 * only pad the memory get noise too, which has no effect because the filters are zero there.
 */
export function addNoise(shape: MapShape): Routine {
  const routine = new Routine("addNoise");
  const [pointer, keyA, keyB, positions, stride] = routine.parameters(5);
  const scale = routine.parameter("f32");
  const factor = routine.local("v128");
  const unit = (words: Local) =>
    f32x4.sub(f32x4.mul(f32x4.convert(i32x4.shrU(get(words), 8)), f32x4.const(2 ** -23)), f32x4.const(1));
  return routine.does(
    set(factor, f32x4.splat(get(scale))),
    forEachWords(routine, shape, { pointer, keyA, keyB, positions, stride }, (words, quad) =>
      v128.store(
        get(pointer),
        f32x4.add(v128.load(get(pointer), 16 * quad), f32x4.mul(unit(words), get(factor))),
        16 * quad,
      )),
  );
}
