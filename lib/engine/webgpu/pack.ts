import { bankCount, bankSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { scalars, type Sequence, vectors } from "./program.ts";
import { bankVectors, constants, quadsOf, specKey } from "./wgsl.ts";

const THREADS = 64;

/** The number of elements of packed weights. */
export function packedSize(spec: RecurrenceSpec): number {
  return 4 * spec.sets * spec.layers * bankCount(spec) * bankVectors(spec);
}

/**
 * Brings the flat parameter vector into the form in which the kernels read it: for each cell and bank a filter
 * `[taps, maps, quads]` of vectors and a bias `[quads]`, with maps padded with zeros to a multiple of four. `flipped` turns
 * each filter into that of the backward pass: its taps are reversed, and its input and output maps exchanged.
 */
export function packing(
  spec: RecurrenceSpec,
  parameters: GPUBuffer,
  packed: GPUBuffer,
  flipped: boolean,
): Sequence {
  const count = packedSize(spec) / 4;
  const taps = spec.kernel_width * spec.kernel_length;
  return {
    key: `pack-${flipped}-${specKey(spec)}`,
    workgroupSize: THREADS,
    reads: { parameters: scalars(parameters) },
    writes: { result: vectors(packed) },
    dispatches: [{ kernel: "pack", workgroups: Math.ceil(count / THREADS), uniforms: { vectors: count } }],
    code: () => `
${constants(spec, THREADS)}
fn element(bank: i32, tap: i32, input: i32, output: i32) -> f32 {
  if (input >= MAPS || output >= MAPS) { return 0.0; }
  return parameters[bank * ${bankSize(spec)} + (tap * MAPS + input) * MAPS + output];
}
fn pack(index: i32) {
  if (index >= uniforms.vectors) { return; }
  let bank = index / BANK;
  let place = index % BANK;
  let quad = place % QUADS;
  var value = vec4<f32>(0.0);
  for (var k = 0; k < 4; k++) {
    let map = quad * 4 + k;
    if (place < FILTER) {
      let tap = place / QUADS / ${4 * quadsOf(spec)};
      let row = place / QUADS % ${4 * quadsOf(spec)};
      value[k] = ${flipped ? `element(bank, ${taps - 1} - tap, map, row)` : `element(bank, tap, row, map)`};
    } else if (map < MAPS) {
      value[k] = parameters[(bank + 1) * ${bankSize(spec)} - MAPS + map];
    }
  }
  result[index] = value;
}`,
  };
}
