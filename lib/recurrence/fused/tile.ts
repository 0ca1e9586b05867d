/** WGSL text of the tiles: what one invocation computes at once, four positions by four maps of one row. */
import type { RecurrenceSpec } from "../spec.ts";
import { quadsOf, TILE } from "./wgsl.ts";

/** Tiles of a row. */
export function tilesOf(spec: RecurrenceSpec, positions: number): number {
  return spec.width * Math.ceil(positions / TILE) * quadsOf(spec);
}

/** Names of what makes up tile number `tile`: its four maps, its column, its first position. Neighbours share weights. */
export const tilePlace = `
let n = uniforms.positions;
let quad = tile % QUADS;
let column = tile / QUADS / tilesOfColumn();
let p0 = tile / QUADS % tilesOfColumn() * TILE;`;

/** A function that gives four maps of the state that begins at `start` in the buffer `source`; zero outside of it. */
export function loadFunction(name: string, source: string): string {
  return `
fn ${name}(start: i32, column: i32, p: i32, quad: i32) -> vec4<f32> {
  let n = uniforms.positions;
  let inside = column >= 0 && column < WIDTH && p >= 0 && p < n;
  let place = select(0, (column * n + p) * QUADS, inside);
  return select(vec4<f32>(0.0), ${source}[start + place + quad], inside);
}
`;
}

/** Declares the accumulators of a tile, each starting at `value`. */
export function accumulators(name: string, value: string): string {
  return Array.from({ length: TILE }, (_, j) => `var ${name}${j} = ${value};`).join(" ");
}

/** A state that a convolution reads, and the filters whose products with it are added up. */
export interface Convolved {
  /** Where the state begins in `result`, as text. */
  readonly start: string;
  /** By filter where it begins in `weights`, as text, and the accumulator that it adds to. */
  readonly filters: readonly { readonly accumulator: string; readonly start: string }[];
}

/**
 * Text that adds the convolutions of states with packed filters to the accumulators of the tile: `accumulator0` … one
 * vector per position. A vector of maps is read once; where the loop over its maps is unrolled, each has a constant index.
 */
export function convolution(spec: RecurrenceSpec, sources: readonly Convolved[]): string {
  const { kernel_width, kernel_length } = spec;
  const [above, before] = [(kernel_width - 1) / 2, (kernel_length - 1) / 2];
  const seen = Array.from({ length: TILE + kernel_length - 1 }, (_, x) => x);
  const products = ({ filters }: Convolved) =>
    Array.from({ length: kernel_length }, (_, dx) =>
      filters.map(({ accumulator, start }) => `
      { let w = weights[${start} + row + ${dx} * QUADS * 4 * QUADS];
        ${Array.from({ length: TILE }, (_, j) => `${accumulator}${j} += x${j + dx}[k] * w;`).join(" ")} }`))
      .flat();
  return `
for (var dy = 0; dy < ${kernel_width}; dy++) { for (var i = 0; i < upTo(QUADS); i++) {${
    sources.map((source) => `
  {
    ${
      seen.map((x) => `let x${x} = load(${source.start}, column + dy - ${above}, p0 + ${x - before}, i);`)
        .join("\n    ")
    }
    for (var k = 0; k < upTo(4); k++) {
      let row = ((dy * ${kernel_length} * QUADS + i) * 4 + k) * QUADS + quad;${products(source).join("")}
    }
  }`).join("")
  }
}}`;
}

/**
 * Text that runs `body` for each position p of the tile that exists; it sees the position's accumulators as
 * `NAME0`: they move on from position to position.
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
