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
  when,
} from "./assembler.ts";

/**
 * The products that take nearly all of the time are this convolution and that of sums.ts. Filters are cut into panels of eight outputs (the last one may
 * have four): `[1 + inputs, outputs of the panel]`. The first line is the bias. The others are in the order of the
 * filter's taps and input maps, which is the order of a window of positions in memory.
 */

/** Outputs of a panel. */
export const PANEL = 8;
/**
 * Lines computed together: with two vectors of outputs each, twelve sums and their operands fill the 15 free
 * registers.
 */
const TILE = 6;

/** The shapes for which a product is generated. All maps are multiples of 4. */
export interface ProductShape {
  /** The function's name. */
  readonly name: string;
  /** Maps of the input at each position. */
  readonly inputs: number;
  /** Maps of the output at each position. */
  readonly outputs: number;
  /** Positions that the filter reads. */
  readonly taps: number;
  /** Columns that the filter reads. */
  readonly columns: number;
}

/** Vectors of each panel's outputs. */
function panelsOf(outputs: number): number[] {
  return Array.from({ length: Math.ceil(outputs / PANEL) }, (_, i) => Math.min(2, outputs / 4 - 2 * i));
}

/** Bytes of a panel with this many vectors of outputs. */
export function panelBytes({ inputs, taps, columns }: ProductShape, vectors: number): number {
  return (1 + inputs * taps * columns) * vectors * 16;
}

/** Elements of all panels of a filter. */
export function panelsSize(shape: ProductShape): number {
  return panelsOf(shape.outputs).reduce((sum, vectors) => sum + panelBytes(shape, vectors), 0) / 4;
}

/** Runs `one` for every panel and then moves the pointers on; whole panels come first, in a loop. */
export function forEachPanel(
  shape: ProductShape,
  count: Local,
  one: (vectors: number) => Code,
  advance: (vectors: number) => Code,
): Code {
  const panels = panelsOf(shape.outputs);
  const whole = panels.filter((vectors) => vectors === 2).length;
  return all(
    whole === 0 ? [] : all(
      set(count, i32.const(whole)),
      repeat(all(one(2), advance(2), increase(count, -1)), get(count)),
    ),
    whole < panels.length ? one(1) : [],
  );
}

/**
 * The convolution of one column: `(input, filter, skip, output, lines, seen, columnBytes, tapBytes)`. A line is one example
 * at one position. `input` points at the first tap of the first line in the first column seen; `skip` bytes (those of a
 * panel with two vectors) of each panel belong to columns before it; `seen` columns are `columnBytes` apart, and the taps
 * `tapBytes`. With `adds`, the result is added to the output, and the bias is not used.
 */
export function convolve(shape: ProductShape, adds: boolean): Routine {
  const routine = new Routine(shape.name);
  const [input, filter, skip, output, count, seen, columnBytes, tapBytes] = routine.parameters(8);
  const [panels, left, from, to, column, tap, end] = routine.locals(7, "i32");
  const [a, w] = routine.locals(2, "i32");
  const sums = routine.locals(2 * TILE, "v128");
  const [w0, w1, splat] = routine.locals(3, "v128");
  const { inputs, outputs, taps } = shape;
  const lineIn = inputs * 4;
  const lineOut = outputs * 4;

  const tile = (size: number, vectors: number): Code => {
    const each = (one: (p: number, v: number) => Code) =>
      all(
        ...Array.from({ length: size * vectors }, (_, i) => one(Math.floor(i / vectors), i % vectors)),
      );
    const sum = (p: number, v: number) => sums[2 * p + v]!;
    const line = (k: number): Code =>
      all(
        set(w0, v128.load(get(w), k * vectors * 16)),
        vectors === 2 ? set(w1, v128.load(get(w), k * vectors * 16 + 16)) : [],
        ...Array.from({ length: size }, (_, p) =>
          all(
            set(splat, v128.loadSplat(get(a), p * lineIn + k * 4)),
            set(sum(p, 0), f32x4.multiplyAdd(get(splat), get(w0), get(sum(p, 0)))),
            vectors === 2 ? set(sum(p, 1), f32x4.multiplyAdd(get(splat), get(w1), get(sum(p, 1)))) : [],
          )),
      );
    return all(
      each((p, v) =>
        set(sum(p, v), adds ? v128.load(get(to), p * lineOut + v * 16) : v128.load(get(filter), v * 16))
      ),
      set(a, get(from)),
      set(w, i32.add(get(filter), i32.add(i32.const(vectors * 16), vectors === 2 ? get(skip) : half(skip)))),
      set(column, get(seen)),
      repeat(
        all(
          set(tap, i32.const(taps)),
          repeat(
            all(
              set(end, i32.add(get(a), i32.const(lineIn))),
              repeat(
                all(line(0), line(1), line(2), line(3), increase(a, 16), increase(w, 4 * vectors * 16)),
                i32.ltU(get(a), get(end)),
              ),
              increase(a, get(tapBytes)),
              increase(tap, -1),
            ),
            get(tap),
          ),
          increase(a, get(columnBytes)),
          increase(column, -1),
        ),
        get(column),
      ),
      each((p, v) => v128.store(get(to), get(sum(p, v)), p * lineOut + v * 16)),
    );
  };
  const panel = (vectors: number): Code =>
    all(
      set(left, get(count)),
      set(from, get(input)),
      set(to, get(output)),
      when(
        i32.geS(get(left), i32.const(TILE)),
        repeat(
          all(
            tile(TILE, vectors),
            increase(from, TILE * lineIn),
            increase(to, TILE * lineOut),
            increase(left, -TILE),
          ),
          i32.geS(get(left), i32.const(TILE)),
        ),
      ),
      ...Array.from(
        { length: TILE - 1 },
        (_, i) => when(i32.eq(get(left), i32.const(i + 1)), tile(i + 1, vectors)),
      ),
    );
  return routine.does(
    // From the end of a tap to the next one, and from the last tap of a column to the first one of the next column.
    increase(columnBytes, i32.mul(get(tapBytes), i32.const(-taps))),
    increase(tapBytes, -lineIn),
    forEachPanel(
      shape,
      panels,
      panel,
      (vectors) => all(increase(filter, panelBytes(shape, vectors)), increase(output, vectors * 16)),
    ),
  );
}

/** Half of a number of bytes: those of a panel with one vector. */
export function half(local: Local): Code {
  return i32.shrS(get(local), i32.const(1));
}
