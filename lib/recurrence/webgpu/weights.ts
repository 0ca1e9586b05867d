import type { tf } from "../../deps.ts";
import { BANKS, bankSize, recurrenceSize, type RecurrenceSpec } from "../spec.ts";
import { FIELDS } from "./forward.ts";
import { runKernel } from "./program.ts";
import type { FusedRun } from "./run.ts";
import { constants, quadsOf, specKey } from "./wgsl.ts";

const THREADS = 64;

/** Partial sums at most, and elements of all of them. */
const MOST_PARTS = 64;
const MOST_PARTIAL = 2 ** 25;

/**
 * The gradient of the flat parameter vector: for every bank and tap the product inputᵀ·gradient over all rows, steps
 * and places. Each workgroup takes some rows, or where these are few some steps of a row, and a second kernel adds
 * these parts in order, so that no atomics are needed.
 */
export function weightGradient(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: tf.TensorInfo,
  gradients: tf.TensorInfo,
): tf.Tensor1D {
  const quads = quadsOf(spec);
  const taps = spec.kernel_width * spec.kernel_length;
  const size = recurrenceSize(spec);
  const mostParts = Math.max(1, Math.min(MOST_PARTS, Math.floor(MOST_PARTIAL / size)));
  const rowsOfPart = Math.ceil(run.rows / mostParts);
  const rowParts = Math.ceil(run.rows / rowsOfPart);
  const rounds = run.applications / spec.layers / spec.sets; // of steps that take one set after the other
  const stepsOfPart = spec.sets * Math.ceil(rounds / Math.floor(mostParts / rowParts));
  const stepParts = Math.ceil(spec.sets * rounds / stepsOfPart);
  const parts = rowParts * stepParts;
  const blocks = Math.ceil(quads * quads / THREADS);
  const banks = taps * BANKS.length * spec.sets * spec.layers;
  const partial = runKernel({
    key: `ngpu-weights-${specKey(spec)}`,
    workgroupSize: THREADS,
    workgroups: blocks * banks * parts,
    inputs: {
      trajectory: { tensor: trajectory, vector: true },
      gradients: { tensor: gradients, vector: true },
      rows: { tensor: run.rowInfo, vector: true },
    },
    uniforms: { rows: run.rows, positions: run.positions, rowsOfPart, stepsOfPart, stepParts },
    outputSize: parts * size,
    vector: false,
    code: weightCode(spec),
  });
  const sum = runKernel({
    key: "ngpu-sum-parts",
    workgroupSize: THREADS,
    workgroups: Math.ceil(size / THREADS),
    inputs: { partial: { tensor: partial, vector: false } },
    uniforms: { elements: size, parts },
    outputSize: size,
    vector: false,
    code: `
fn main(index: i32) {
  if (index >= uniforms.elements) { return; }
  var sum = 0.0;
  for (var part = 0; part < uniforms.parts; part++) { sum += partial[part * uniforms.elements + index]; }
  result[index] = sum;
}`,
  });
  partial.dispose();
  return sum;
}

/** Each invocation sums a block of 4×4 maps, of one tap of one bank, over the rows of one part. */
function weightCode(spec: RecurrenceSpec): string {
  const taps = spec.kernel_width * spec.kernel_length;
  const [above, before] = [(spec.kernel_width - 1) / 2, (spec.kernel_length - 1) / 2];
  const center = (taps - 1) / 2;
  const lanes = [0, 1, 2, 3];
  return `
${constants(spec, THREADS)}
const TAPS = ${taps};
const BLOCKS = ${
    Math.ceil(quadsOf(spec) ** 2 / THREADS)
  }; // workgroups for all pairs of input and output maps
fn store(start: i32, input: i32, output: i32, value: vec4<f32>) {
  if (input >= MAPS) { return; }
  for (var k = 0; k < 4; k++) {
    if (output + k < MAPS) { result[start + input * MAPS + output + k] = value[k]; }
  }
}
fn main(index: i32) {
  let group = index / THREADS;
  let pair = group % BLOCKS * THREADS + index % THREADS;
  let inQuad = pair / QUADS;
  let outQuad = pair % QUADS;
  let tap = group / BLOCKS % TAPS;
  let bank = group / BLOCKS / TAPS % ${BANKS.length};
  let cell = group / BLOCKS / TAPS / ${BANKS.length} % (SETS * LAYERS);
  let part = group / BLOCKS / TAPS / ${BANKS.length} / (SETS * LAYERS);
  let firstRow = part / uniforms.stepParts * uniforms.rowsOfPart;
  let firstStep = part % uniforms.stepParts * uniforms.stepsOfPart;
  if (inQuad >= QUADS || firstRow >= uniforms.rows) { return; }
  let dy = tap / ${spec.kernel_length} - ${above};
  let dx = tap % ${spec.kernel_length} - ${before};
  let n = uniforms.positions;
  let rowVectors = WIDTH * n * QUADS;
  let field = uniforms.rows * rowVectors;
  let endRow = min(firstRow + uniforms.rowsOfPart, uniforms.rows);
  let firstColumn = max(0, -dy);
  let endColumn = min(WIDTH, WIDTH - dy);
  ${lanes.map((k) => `var sum${k} = vec4<f32>(0.0);`).join(" ")}
  var bias = vec4<f32>(0.0);
  for (var row = firstRow; row < endRow; row++) {
    // Beyond a row's length and after its steps there is nothing, or nothing was written.
    let length = i32(rows[row].x);
    let firstPosition = max(0, -dx);
    let endPosition = min(length, length - dx);
    let endStep = min(firstStep + uniforms.stepsOfPart, i32(rows[row].y));
    for (var t = firstStep + cell / LAYERS; t < endStep; t += SETS) {
      let application = t * LAYERS + cell % LAYERS;
      let inputs = (application * ${FIELDS.length} + select(0, 1, bank == 2)) * field + row * rowVectors + inQuad;
      let outputs = (application * ${BANKS.length} + bank) * field + row * rowVectors + outQuad;
      for (var column = firstColumn; column < endColumn; column++) {
        for (var p = firstPosition; p < endPosition; p++) {
          let x = trajectory[inputs + ((column + dy) * n + p + dx) * QUADS];
          let y = gradients[outputs + (column * n + p) * QUADS];
          ${lanes.map((k) => `sum${k} += x.${"xyzw"[k]} * y;`).join(" ")}
          ${`if (tap == ${center} && inQuad == 0) { bias += y; }`}
        }
      }
    }
  }
  let start = part * ${recurrenceSize(spec)} + (cell * ${BANKS.length} + bank) * ${bankSize(spec)};
  let filterStart = start + tap * MAPS * MAPS;
  ${lanes.map((k) => `store(filterStart, inQuad * 4 + ${k}, outQuad * 4, sum${k});`).join("\n  ")}
  if (tap == ${center} && inQuad == 0) { store(start + ${taps} * MAPS * MAPS, 0, outQuad * 4, bias); }
}`;
}
