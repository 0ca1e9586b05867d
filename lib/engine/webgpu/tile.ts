/** WGSL text for tiles. A tile is what one invocation computes at once: four maps at four positions of one row. */
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { quadsOf, TILE } from "./wgsl.ts";

/** The number of tiles of a row. */
export function tilesOf(spec: RecurrenceSpec, positions: number): number {
  return spec.width * Math.ceil(positions / TILE) * quadsOf(spec);
}

/**
 * Declares the place of tile number `tile`: its four maps, its column, its first position. Neighbouring tiles share
 * weights.
 */
export const tilePlace = `
let n = uniforms.positions;
let quad = tile % QUADS;
let column = tile / QUADS / tilesOfColumn();
let p0 = tile / QUADS % tilesOfColumn() * TILE;`;

/**
 * A function `load` that returns four maps of the state that begins at `start` in the result, and zeros outside of the
 * state. For a CPU it returns only one map.
 */
export function loadFunction(software: boolean): string {
  const [asked, type, zero, component] = software
    ? [", k: i32", "f32", "0.0", "[k]"]
    : ["", "vec4<f32>", "vec4<f32>(0.0)", ""];
  return `
fn load(start: i32, column: i32, p: i32, quad: i32${asked}) -> ${type} {
  let n = uniforms.positions;
  let inside = column >= 0 && column < WIDTH && p >= 0 && p < n;
  let place = select(0, (column * n + p) * QUADS, inside);
  return select(${zero}, result[start + place + quad]${component}, inside);
}
`;
}

/** Declares the accumulators of a tile, each with the initial value `value`. */
export function accumulators(name: string, value: string): string {
  return Array.from({ length: TILE }, (_, j) => `var ${name}${j} = ${value};`).join(" ");
}

/** A state that a convolution reads, and the filters whose products with it are added up. */
export interface Convolved {
  /** Where the state begins in `result`, as text. */
  readonly start: string;
  /** For each filter where it begins in `weights`, as text, and the accumulator to which its products are added. */
  readonly filters: readonly { readonly accumulator: string; readonly start: string }[];
}

/**
 * Text that adds the convolutions of states with packed filters to the accumulators of the tile: `accumulator0` and so
 * on, a vector for each position. For a GPU the text reads each vector of maps once and then all weights for these. The
 * loop over the four maps is written out: WebGPU implementations guard loops against running for ever, so that drivers
 * do not unroll them, and the reads would wait for each other. A software adapter's compiler would take ten times as
 * long for that text, and the code would be slower, so for it the text has one loop over single maps.
 */
export function convolution(spec: RecurrenceSpec, software: boolean, sources: readonly Convolved[]): string {
  const { kernel_width, kernel_length } = spec;
  const [above, before] = [(kernel_width - 1) / 2, (kernel_length - 1) / 2];
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const loads = ({ start }: Convolved) =>
    range(TILE + kernel_length - 1).map((x) => {
      const place = `${start}, column + dy - ${above}, p0 + ${x - before}`;
      return `let x${x} = load(${place}, ${software ? "i / 4, i % 4" : "i"});`;
    }).join("\n");
  const maps = software ? [""] : ["x", "y", "z", "w"];
  const products = ({ filters }: Convolved) =>
    maps.flatMap((map, k) =>
      range(kernel_length).flatMap((dx) =>
        filters.map(({ accumulator, start }) => {
          const x = (j: number) => `x${j + dx}${software ? "" : `.${map}`}`;
          const sums = range(TILE).map((j) => `${accumulator}${j} += ${x(j)} * w;`).join(" ");
          return `{ let w = weights[${start} + row + ${dx} * TAP + ${k} * QUADS]; ${sums} }`;
        })
      )
    ).join("\n");
  const first = software ? "i" : "i * 4";
  return `
const TAP = QUADS * 4 * QUADS;
for (var dy = 0; dy < ${kernel_width}; dy++) {
  for (var i = 0; i < ${software ? "QUADS * 4" : "QUADS"}; i++) {
    let row = (dy * ${kernel_length} * QUADS * 4 + ${first}) * QUADS + quad;
    ${sources.map((source) => `{ ${loads(source)} ${products(source)} }`).join("\n")}
  }
}`;
}

/**
 * Text that runs `body` for each position p of the tile that exists. `body` reads the accumulators of its position as
 * `NAME0`: after each position the values move on by one accumulator.
 */
export function forEachPosition(names: readonly string[], body: string): string {
  const move = (name: string) =>
    Array.from({ length: TILE - 1 }, (_, j) => `${name}${j} = ${name}${j + 1};`).join(" ");
  return `
for (var p = p0; p < min(p0 + TILE, n); p++) {
  let here = (column * n + p) * QUADS + quad;
  ${body}
  ${names.map(move).join(" ")}
}`;
}
