/** WGSL text that the kernels of the recurrence share. The text for tiles is in tile.ts. */
import { cellOf } from "../../cells/table.ts";
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { formulaFunctions } from "./formulas.ts";
import { shiftedMaps } from "../shift.ts";

/** Positions of a tile; see tile.ts. */
export const TILE = 4;

/** The number of vectors of four maps. The maps are padded with zeros to a multiple of four. */
export function quadsOf(spec: RecurrenceSpec): number {
  return Math.ceil(spec.maps / 4);
}

/** The number of vectors of a packed bank: its filter `[taps, maps, quads]`, then its bias `[quads]`. */
export function bankVectors(spec: RecurrenceSpec): number {
  return (spec.kernel_width * spec.kernel_length * quadsOf(spec) * 4 + 1) * quadsOf(spec);
}

/** Numbers that the text is specialised for. All of them are in the kernels' keys, see `specKey`. */
export function constants(spec: RecurrenceSpec, workgroupSize: number): string {
  return `
const MAPS = ${spec.maps};
const QUADS = ${quadsOf(spec)};
const WIDTH = ${spec.width};
const LAYERS = ${spec.layers};
const SETS = ${spec.sets};
const TILE = ${TILE};
const THREADS = ${workgroupSize};
const BANK = ${bankVectors(spec)};
const CELL = ${bankVectors(spec) * bankCount(spec)};
const FILTER = ${bankVectors(spec) - quadsOf(spec)};
const THIRD = ${shiftedMaps(spec.maps)};
`;
}

/** A key that differs where the specs differ. */
export function specKey(spec: RecurrenceSpec): string {
  const { maps, width, layers, sets, kernel_width, kernel_length, state_levels } = spec;
  const { key } = cellOf(spec);
  return [key, maps, width, layers, sets, kernel_width, kernel_length, state_levels].join("-");
}

/** Random numbers as in random.ts. */
const randomFunctions = `
fn finalize(word: u32) -> u32 {
  var h = (word ^ (word >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
fn extend(key: vec2<u32>, index: u32) -> vec2<u32> {
  let a = finalize(key.x + index * 0x9e3779b9u + 0x7f4a7c15u);
  return vec2<u32>(a, finalize((key.y ^ a) + index * 0x85157af5u));
}
fn placeKey(key0: u32, key1: u32, example: i32) -> vec2<u32> {
  return extend(vec2<u32>(key0, key1), u32(example));
}
fn words(key: vec2<u32>, position: i32, quad: i32) -> vec4<u32> {
  let unit = vec4<u32>(u32(position * MAPS + quad * 4)) + vec4<u32>(0u, 1u, 2u, 3u);
  let word = (key.x + unit * 0x9e3779b9u) ^ vec4<u32>(key.y);
  var h = (word ^ (word >> vec4<u32>(16u))) * 0x85ebca6bu;
  h = (h ^ (h >> vec4<u32>(13u))) * 0xc2b2ae35u;
  return h ^ (h >> vec4<u32>(16u));
}
`;

/** The dropout masks of `dropoutMask` in dropout.ts, with the same bits; 1 for clean rows. */
const dropoutFunctions = `
fn dropMask(row: i32, layer: i32, t: i32, column: i32, position: i32, quad: i32) -> vec4<f32> {
  if (rows[row].w == 0.0) { return vec4<f32>(1.0); }
  let place = placeKey(numbers.dropKey0, numbers.dropKey1, numbers.firstDropped + row);
  let key = extend(extend(extend(place, u32(layer)), u32(t)), u32(column));
  let threshold = vec4<u32>(numbers.threshold);
  let dropped = words(key, position, quad) < threshold;
  return select(vec4<f32>(numbers.kept), vec4<f32>(0.0), dropped);
}
`;

/** The noise of `stateNoise` in state_noise.ts; none for clean rows. */
const noiseFunction = `
fn stateNoise(row: i32, t: i32, column: i32, position: i32, quad: i32) -> vec4<f32> {
  if (rows[row].w == 0.0) { return vec4<f32>(0.0); }
  let place = placeKey(numbers.noiseKey0, numbers.noiseKey1, numbers.firstNoisy + row);
  let word = words(extend(extend(place, u32(t)), u32(column)), position, quad);
  let unit = vec4<f32>(word >> vec4<u32>(8u)) * 0x1p-23f - vec4<f32>(1.0);
  return unit * numbers.noiseScale;
}
`;

/** A function that returns the shifted state at place `here`, position p, where the state begins at `start`. */
export function shiftFunction(name: string, source: string, direction: "forward" | "backward"): string {
  // The first third of the maps comes from one neighbour, the second third from the other.
  const [first, second] = direction === "forward" ? ["before", "after"] : ["after", "before"];
  return `
fn ${name}(start: i32, here: i32, p: i32, quad: i32) -> vec4<f32> {
  let stays = ${source}[start + here];
  if (THIRD == 0) { return stays; }
  var before = vec4<f32>(0.0);
  var after = vec4<f32>(0.0);
  if (p > 0) { before = ${source}[start + here - QUADS]; }
  if (p + 1 < uniforms.positions) { after = ${source}[start + here + QUADS]; }
  let map = vec4<i32>(quad * 4) + vec4<i32>(0, 1, 2, 3);
  return select(select(stays, ${second}, map < vec4<i32>(2 * THIRD)), ${first}, map < vec4<i32>(THIRD));
}
`;
}

/** Functions that depend on the shape alone. */
const shapeFunctions = `
fn vectorsOfRow() -> i32 { return WIDTH * uniforms.positions * QUADS; }
fn tilesOfColumn() -> i32 { return (uniforms.positions + TILE - 1) / TILE; }
fn tilesOfRow() -> i32 { return WIDTH * tilesOfColumn() * QUADS; }
`;

/** What the text of the kernels depends on beside the spec of the recurrence. */
export interface KernelOptions {
  /** Invocations of a workgroup. */
  readonly threads: number;
  /** Where units are dropped, if they are. */
  readonly dropOn: "candidate" | "state" | "nowhere";
  /** Whether noise is added to the state. */
  readonly noise: boolean;
  /** Whether the state is rounded to the spec's levels after every step. */
  readonly rounds: boolean;
  /** Whether the saturation cost is wanted. */
  readonly saturation: boolean;
  /** Whether a software adapter runs it. */
  readonly software: boolean;
}

/** A key that differs where the texts differ. */
export function textKey(
  spec: RecurrenceSpec,
  { threads, dropOn, noise, rounds, saturation, software }: KernelOptions,
): string {
  return [specKey(spec), threads, dropOn, noise, rounds, saturation, software].join("-");
}

/** The beginning of the texts of the forward and the backward kernels. */
export function head(spec: RecurrenceSpec, { threads, dropOn, noise }: KernelOptions): string {
  return [
    constants(spec, threads),
    formulaFunctions,
    dropOn === "nowhere" && !noise ? "" : randomFunctions,
    dropOn === "nowhere" ? "" : dropoutFunctions,
    noise ? noiseFunction : "",
    shapeFunctions,
  ].join("");
}
