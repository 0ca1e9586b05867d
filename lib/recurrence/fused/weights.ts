import type { tf } from "../../deps.ts";
import { BANKS, bankSize, recurrenceSize, type RecurrenceSpec } from "../spec.ts";
import { FIELDS } from "./forward.ts";
import { runKernel } from "./program.ts";
import type { FusedRun } from "./run.ts";
import { constants, quadsOf, specKey } from "./wgsl.ts";

const THREADS = 64;

/** Partial sums at most; each is over a fixed group of rows, and they are added in order. */
const MOST_PARTS = 64;

/**
 * The gradient of the flat parameter vector: for every bank and tap the product inputᵀ·gradient over all rows, steps
 * and places. Rows are split among workgroups; a second kernel adds the parts in order, so that no atomics are needed.
 */
export function weightGradient(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: tf.TensorInfo,
  gradients: tf.TensorInfo,
): tf.Tensor1D {
  const quads = quadsOf(spec);
  const taps = spec.kernel_width * spec.kernel_length;
  const rowsOfPart = Math.ceil(run.rows / MOST_PARTS);
  const parts = Math.ceil(run.rows / rowsOfPart);
  const size = recurrenceSize(spec);
  const partial = runKernel({
    key: `ngpu-weights-${specKey(spec)}`,
    workgroupSize: THREADS,
    workgroups: [Math.ceil(quads * quads / THREADS), taps * BANKS.length * spec.sets * spec.layers, parts],
    inputs: {
      trajectory: { tensor: trajectory, vector: true },
      gradients: { tensor: gradients, vector: true },
    },
    uniforms: { rows: run.rows, positions: run.positions, steps: run.steps, rowsOfPart },
    outputSize: parts * size,
    vector: false,
    code: weightCode(spec),
  });
  const sum = runKernel({
    key: "ngpu-sum-parts",
    workgroupSize: THREADS,
    workgroups: [Math.ceil(size / THREADS), 1, 1],
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
fn store(start: i32, input: i32, output: i32, value: vec4<f32>) {
  if (input >= MAPS) { return; }
  for (var k = 0; k < 4; k++) {
    if (output + k < MAPS) { result[start + input * MAPS + output + k] = value[k]; }
  }
}
fn main(index: i32) {
  let pair = i32(workgroupId.x) * THREADS + i32(localIndex);
  let inQuad = pair / QUADS;
  let outQuad = pair % QUADS;
  if (inQuad >= QUADS) { return; }
  let tap = i32(workgroupId.y) % ${taps};
  let bank = i32(workgroupId.y) / ${taps} % ${BANKS.length};
  let cell = i32(workgroupId.y) / ${taps * BANKS.length};
  let dy = tap / ${spec.kernel_length} - ${above};
  let dx = tap % ${spec.kernel_length} - ${before};
  let n = uniforms.positions;
  let rowVectors = WIDTH * n * QUADS;
  let field = uniforms.rows * rowVectors;
  let firstRow = i32(workgroupId.z) * uniforms.rowsOfPart;
  let endRow = min(firstRow + uniforms.rowsOfPart, uniforms.rows);
  let firstColumn = max(0, -dy);
  let endColumn = min(WIDTH, WIDTH - dy);
  let firstPosition = max(0, -dx);
  let endPosition = min(n, n - dx);
  ${lanes.map((k) => `var sum${k} = vec4<f32>(0.0);`).join(" ")}
  var bias = vec4<f32>(0.0);
  for (var row = firstRow; row < endRow; row++) {
    for (var t = cell / LAYERS; t < uniforms.steps; t += SETS) {
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
  let start = i32(workgroupId.z) * ${recurrenceSize(spec)} + (cell * ${BANKS.length} + bank) * ${
    bankSize(spec)
  };
  let filterStart = start + tap * MAPS * MAPS;
  ${lanes.map((k) => `store(filterStart, inQuad * 4 + ${k}, outQuad * 4, sum${k});`).join("\n  ")}
  if (tap == ${center} && inQuad == 0) { store(start + ${taps} * MAPS * MAPS, 0, outQuad * 4, bias); }
}`;
}
