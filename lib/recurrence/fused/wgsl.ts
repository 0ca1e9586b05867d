/** WGSL text that the kernels of the recurrence share. */
import { activations } from "../activations.ts";
import { BANKS, type CellKind, type RecurrenceSpec, SATURATION_LIMIT } from "../spec.ts";
import { shiftedMaps } from "../shift.ts";

/** Positions that one invocation computes, of four maps each. */
export const TILE = 4;

/** Maps in vectors of four: the kernels see the maps padded with zeros to a multiple of four. */
export function quadsOf(spec: RecurrenceSpec): number {
  return Math.ceil(spec.maps / 4);
}

/** Vectors of one packed bank: its filter `[taps, maps, quads]`, then its bias `[quads]`. */
export function bankVectors(spec: RecurrenceSpec): number {
  return (spec.kernel_width * spec.kernel_length * quadsOf(spec) * 4 + 1) * quadsOf(spec);
}

/** Numbers that the text is specialised for. All of them stand in the kernels' keys, see `specKey`. */
export function constants(spec: RecurrenceSpec, workgroupSize: number): string {
  const [low, high] = activations(spec.cell).gate.saturated;
  return `
const MAPS = ${spec.maps};
const QUADS = ${quadsOf(spec)};
const WIDTH = ${spec.width};
const LAYERS = ${spec.layers};
const SETS = ${spec.sets};
const TILE = ${TILE};
const THREADS = ${workgroupSize};
const BANK = ${bankVectors(spec)};
const CELL = ${bankVectors(spec) * BANKS.length};
const FILTER = ${bankVectors(spec) - quadsOf(spec)};
const THIRD = ${spec.cell === "diagonal" ? shiftedMaps(spec.maps) : 0};
const LIMIT = ${SATURATION_LIMIT};
const GATE_LOW = ${Math.fround(low)}f;
const GATE_HIGH = ${Math.fround(high)}f;
const CANDIDATE_HIGH = ${Math.fround(activations(spec.cell).candidate.saturated[1])}f;
`;
}

/** Tells specs apart. */
export function specKey(spec: RecurrenceSpec): string {
  const { cell, maps, width, layers, sets, kernel_width, kernel_length } = spec;
  return [cell, maps, width, layers, sets, kernel_width, kernel_length].join("-");
}

/** The cells' activations, and their slopes by their values. */
export function activationFunctions(cell: CellKind): string {
  return cell === "diagonal"
    ? `
fn gate(pre: vec4<f32>) -> vec4<f32> { return clamp(pre * 0.5 + 0.5, vec4<f32>(0.0), vec4<f32>(1.0)); }
fn gateSlope(a: vec4<f32>) -> vec4<f32> { return select(vec4<f32>(0.0), vec4<f32>(0.5), (a > vec4<f32>(0.0)) & (a < vec4<f32>(1.0))); }
fn candidate(pre: vec4<f32>) -> vec4<f32> { return clamp(pre, vec4<f32>(-1.0), vec4<f32>(1.0)); }
fn candidateSlope(a: vec4<f32>) -> vec4<f32> { return select(vec4<f32>(0.0), vec4<f32>(1.0), abs(a) < vec4<f32>(1.0)); }
`
    : `
fn sigmoid(x: vec4<f32>) -> vec4<f32> { return 1.0 / (1.0 + exp(-x)); }
fn gate(pre: vec4<f32>) -> vec4<f32> { return clamp(1.2 * sigmoid(pre) - 0.1, vec4<f32>(0.0), vec4<f32>(1.0)); }
fn gateSlope(a: vec4<f32>) -> vec4<f32> {
  let s = (a + 0.1) / 1.2;
  return select(vec4<f32>(0.0), 1.2 * s * (1.0 - s), (a > vec4<f32>(0.0)) & (a < vec4<f32>(1.0)));
}
fn candidate(pre: vec4<f32>) -> vec4<f32> { return 2.0 * sigmoid(2.0 * pre) - 1.0; }
fn candidateSlope(a: vec4<f32>) -> vec4<f32> { return 1.0 - a * a; }
`;
}

/** The dropout masks of `dropoutMask` in dropout.ts, bit by bit. Off where the threshold is 0. */
export const dropoutFunctions = `
fn finalize(word: u32) -> u32 {
  var h = (word ^ (word >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
fn extend(key: vec2<u32>, index: u32) -> vec2<u32> {
  let a = finalize(key.x + index * 0x9e3779b9u + 0x7f4a7c15u);
  return vec2<u32>(a, finalize((key.y ^ a) + index * 0x85157af5u));
}
fn dropKey(row: i32, layer: i32, t: i32, column: i32) -> vec2<u32> {
  let step = vec2<u32>(bitcast<u32>(uniforms.dropKey0), bitcast<u32>(uniforms.dropKey1));
  let place = extend(step, u32(uniforms.firstExample + row));
  return extend(extend(extend(place, u32(layer)), u32(t)), u32(column));
}
fn dropMask(key: vec2<u32>, position: i32, quad: i32) -> vec4<f32> {
  let unit = vec4<u32>(u32(position * MAPS + quad * 4)) + vec4<u32>(0u, 1u, 2u, 3u);
  let word = (key.x + unit * 0x9e3779b9u) ^ vec4<u32>(key.y);
  var h = (word ^ (word >> vec4<u32>(16u))) * 0x85ebca6bu;
  h = (h ^ (h >> vec4<u32>(13u))) * 0xc2b2ae35u;
  h = h ^ (h >> vec4<u32>(16u));
  let threshold = vec4<u32>(bitcast<u32>(uniforms.threshold));
  return select(vec4<f32>(bitcast<f32>(uniforms.kept)), vec4<f32>(0.0), h < threshold);
}
`;

/** Chooses by map what moves from the position before, from the one after, or stays. */
export const shiftFunction = `
fn moved(before: vec4<f32>, here: vec4<f32>, after: vec4<f32>, quad: i32) -> vec4<f32> {
  let map = vec4<i32>(quad * 4) + vec4<i32>(0, 1, 2, 3);
  return select(select(here, after, map < vec4<i32>(2 * THIRD)), before, map < vec4<i32>(THIRD));
}
`;

/**
 * Text that adds to the accumulators of a tile the convolution of what `load(column, position, map)` gives with the
 * packed filters that start at the given places: `accumulators[k]0` … for filter k, one vector per position of the
 * tile. Expects `column`, `p0` and `quad` of the tile.
 */
export function convolution(
  spec: RecurrenceSpec,
  sources: readonly {
    readonly load: string;
    readonly filters: readonly { accumulator: string; start: string }[];
  }[],
): string {
  const { kernel_width, kernel_length } = spec;
  const [above, before] = [(kernel_width - 1) / 2, (kernel_length - 1) / 2];
  const lines: string[] = [
    `for (var i = 0; i < ${quadsOf(spec) * 4}; i++) { for (var dy = 0; dy < ${kernel_width}; dy++) {`,
  ];
  for (const { load, filters } of sources) {
    lines.push("{");
    for (let x = 0; x < TILE + kernel_length - 1; x++) {
      lines.push(`let x${x} = ${load}(column + dy - ${above}, p0 + ${x - before}, i);`);
    }
    for (let dx = 0; dx < kernel_length; dx++) {
      for (const { accumulator, start } of filters) {
        const row = `((dy * ${kernel_length} + ${dx}) * QUADS * 4 + i)`;
        lines.push(`{ let w = weights[${start} + ${row} * QUADS + quad];`);
        for (let j = 0; j < TILE; j++) lines.push(`${accumulator}${j} += x${j + dx} * w;`);
        lines.push("}");
      }
    }
    lines.push("}");
  }
  lines.push("}}");
  return lines.join("\n");
}

/** A function that gives map `map` of what stands at `base + offset` in the buffer `source`, zero outside of the state. */
export function loadFunction(name: string, source: string, offset: string): string {
  return `
fn ${name}(column: i32, p: i32, map: i32) -> f32 {
  let n = uniforms.positions;
  let inside = column >= 0 && column < WIDTH && p >= 0 && p < n;
  let place = select(0, column * n + p, inside);
  return select(0.0, ${source}[base + ${offset} + place * QUADS + map / 4][map % 4], inside);
}
`;
}

/** Declares the accumulators of a tile, each starting at `value`. */
export function accumulators(name: string, value: string): string {
  return Array.from({ length: TILE }, (_, j) => `var ${name}${j} = ${value};`).join(" ");
}

/** Text that runs `body` for every tile of a row; it sees `column`, `p0` and `quad`. */
export function forEachTile(body: string): string {
  return `
for (var tile = lane; tile < tiles; tile += THREADS) {
  let quad = tile % QUADS;
  let column = tile / QUADS / tilesOfColumn;
  let p0 = (tile / QUADS % tilesOfColumn) * TILE;
  ${body}
}`;
}

/** Text that runs `body(j)` for each position p of the tile that exists. */
export function forEachPosition(body: (j: number) => string): string {
  return Array.from({ length: TILE }, (_, j) => `
if (p0 + ${j} < n) {
  let here = (column * n + p0 + ${j}) * QUADS + quad;
  ${body(j)}
}`).join("\n");
}

/**
 * As {@linkcode forEachPosition}, as a loop: for long bodies, which would be slow to compile four times over. `names`
 * are accumulators; the body sees the position's values under these names, and p.
 */
export function loopOverPositions(names: readonly string[], body: string): string {
  const all = (name: string) => Array.from({ length: TILE }, (_, j) => `${name}${j}`).join(", ");
  return `
${names.map((name) => `var all_${name} = array<vec4<f32>, TILE>(${all(name)});`).join("\n")}
for (var j = 0; j < TILE && p0 + j < n; j++) {
  let p = p0 + j;
  let here = (column * n + p) * QUADS + quad;
  ${names.map((name) => `let ${name} = all_${name}[j];`).join(" ")}
  ${body}
}`;
}

/** Names that all kernels start with. `b` is the row that the workgroup computes. */
export const rowHeader = `
let lane = i32(localIndex);
let b = i32(workgroupId.x);
let n = uniforms.positions;
let rowVectors = WIDTH * n * QUADS;
let tilesOfColumn = (n + TILE - 1) / TILE;
let tiles = WIDTH * tilesOfColumn * QUADS;
let length = i32(rows[b].x);
let ownSteps = i32(rows[b].y);
`;
