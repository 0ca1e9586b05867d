/** The gradients of filters: sums over the lines of a column, in panels as the filters are. */
import {
  all,
  type Code,
  f32x4,
  get,
  i32,
  increase,
  type Local,
  repeat,
  Routine,
  set,
  v128,
} from "./assembler.ts";
import { forEachPanel, half, panelBytes, type ProductShape } from "./products.ts";

/**
 * Adds one column's part of the filter's gradient: `(input, gradient, sums, skip, lines, tapBytes)`. `input` is that of
 * `convolve`, but for one column; `gradient` points at the first line of the output's gradient; `sums` has the layout of
 * the filter; `skip` is the number of bytes of a panel that belong to the columns before.
 */
export function accumulate(shape: ProductShape): Routine {
  const routine = new Routine(shape.name);
  const [input, gradient, filter, skip, count, tapBytes] = routine.parameters(6);
  const [panels, maps, taps, left, window, d, w] = routine.locals(7, "i32");
  const { inputs, outputs } = shape;
  // Six sums of two vectors each: two maps of three taps, or where there are not so many taps, four maps.
  const together = shape.taps % 3 === 0 ? { taps: 3, maps: 2 } : { taps: 1, maps: 4 };
  const pointers = routine.locals(together.taps as number, "i32");
  const sums = routine.locals(2 * together.taps * together.maps, "v128");
  const [d0, d1, splat] = routine.locals(3, "v128");
  const places = Array.from({ length: together.taps * together.maps }, (_, i) => ({
    tap: Math.floor(i / together.maps),
    map: i % together.maps,
    sums: sums.slice(2 * i, 2 * i + 2),
  }));
  const panel = (vectors: number): Code => {
    const lineBytes = vectors * 16;
    const each = (one: (sum: Local, offset: number) => Code) =>
      all(
        ...places.flatMap((own) =>
          own.sums.slice(0, vectors).map((sum, v) =>
            one(sum, (own.tap * inputs + own.map) * lineBytes + v * 16)
          )
        ),
      );
    const some = all(
      each((sum, offset) => set(sum, v128.load(get(w), offset))),
      ...pointers.map((pointer, tap) =>
        set(pointer, tap === 0 ? get(window) : i32.add(get(pointers[tap - 1]!), get(tapBytes)))
      ),
      set(d, get(gradient)),
      set(left, get(count)),
      repeat(
        all(
          set(d0, v128.load(get(d))),
          vectors === 2 ? set(d1, v128.load(get(d), 16)) : [],
          ...places.map(({ tap, map, sums: [first, second] }) =>
            all(
              set(splat, v128.loadSplat(get(pointers[tap]!), map * 4)),
              set(first!, f32x4.multiplyAdd(get(splat), get(d0), get(first!))),
              vectors === 2 ? set(second!, f32x4.multiplyAdd(get(splat), get(d1), get(second!))) : [],
            )
          ),
          ...pointers.map((pointer) => increase(pointer, inputs * 4)),
          increase(d, outputs * 4),
          increase(left, -1),
        ),
        get(left),
      ),
      each((sum, offset) => v128.store(get(w), get(sum), offset)),
    );
    return all(
      set(w, i32.add(get(filter), i32.add(i32.const(lineBytes), vectors === 2 ? get(skip) : half(skip)))),
      set(window, get(input)),
      set(taps, i32.const(shape.taps / together.taps)),
      repeat(
        all(
          set(maps, i32.const(inputs / together.maps)),
          repeat(
            all(
              some,
              increase(w, together.maps * lineBytes),
              increase(window, together.maps * 4),
              increase(maps, -1),
            ),
            get(maps),
          ),
          increase(w, (together.taps - 1) * inputs * lineBytes),
          increase(window, i32.sub(i32.mul(get(tapBytes), i32.const(together.taps)), i32.const(inputs * 4))),
          increase(taps, -1),
        ),
        get(taps),
      ),
    );
  };
  return routine.does(forEachPanel(shape, panels, panel, nextPanel(shape, filter, gradient)));
}

/** Adds one column's part of the bias's gradient: `(gradient, sums, lines)`, as in `accumulate`. */
export function accumulateBias(shape: ProductShape): Routine {
  const routine = new Routine(shape.name);
  const [gradient, filter, count] = routine.parameters(3);
  const [panels, left, d] = routine.locals(3, "i32");
  const sums = routine.locals(2, "v128");
  const panel = (vectors: number): Code => {
    const each = (one: (sum: Local, offset: number) => Code) =>
      all(...sums.slice(0, vectors).map((sum, v) => one(sum, v * 16)));
    return all(
      each((sum, offset) => set(sum, v128.load(get(filter), offset))),
      set(d, get(gradient)),
      set(left, get(count)),
      repeat(
        all(
          each((sum, offset) => set(sum, f32x4.add(get(sum), v128.load(get(d), offset)))),
          increase(d, shape.outputs * 4),
          increase(left, -1),
        ),
        get(left),
      ),
      each((sum, offset) => v128.store(get(filter), get(sum), offset)),
    );
  };
  return routine.does(forEachPanel(shape, panels, panel, nextPanel(shape, filter, gradient)));
}

/** Moves on to the next panel of the filter's gradient, and to its part of the output's gradient. */
function nextPanel(shape: ProductShape, filter: Local, gradient: Local): (vectors: number) => Code {
  return (vectors) => all(increase(filter, panelBytes(shape, vectors)), increase(gradient, vectors * 16));
}
