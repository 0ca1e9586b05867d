import type { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../spec.ts";
import { type FusedRun, keyOfRun, runUniforms } from "./run.ts";
import { type Kernel, runKernel } from "./program.ts";
import {
  accumulators,
  activationFunctions,
  constants,
  convolution,
  dropoutFunctions,
  forEachPosition,
  forEachTile,
  loadFunction,
  quadsOf,
  rowHeader,
  shiftFunction,
  specKey,
} from "./wgsl.ts";

/** What the forward kernel keeps of each application of a cell, in this order: input, r ⊙ input, r, g, c. */
export const FIELDS = ["s", "rs", "r", "g", "c"] as const;

/**
 * Elements of the forward kernel's output: by application and field the rows' states `[width, positions, maps]`, then
 * the last state of each row, then a vector for each row whose first element is its saturation cost.
 */
export function trajectorySize(spec: RecurrenceSpec, run: FusedRun): number {
  const state = run.rows * spec.width * run.positions * quadsOf(spec) * 4;
  return (run.steps * spec.layers * FIELDS.length + 1) * state + 4 * run.rows;
}

/** Runs all steps of all rows in one dispatch: a workgroup per row, a barrier between phases. */
export function forwardKernel(
  spec: RecurrenceSpec,
  run: FusedRun,
  initial: tf.TensorInfo,
  weights: tf.TensorInfo,
): tf.Tensor1D {
  const kernel: Kernel = {
    key: `ngpu-forward-${specKey(spec)}-${keyOfRun(run)}`,
    workgroupSize: run.threads,
    workgroups: [run.rows, 1, 1],
    inputs: {
      initial: { tensor: initial, vector: true },
      weights: { tensor: weights, vector: true },
      rows: { tensor: run.rowInfo, vector: true },
    },
    uniforms: runUniforms(run),
    outputSize: trajectorySize(spec, run),
    vector: true,
    code: forwardCode(spec, run),
  };
  return runKernel(kernel);
}

function forwardCode(spec: RecurrenceSpec, run: FusedRun): string {
  const drops = (on: string) => run.dropOn === on;
  return `
${constants(spec, run.threads)}
${activationFunctions(spec.cell)}
${dropoutFunctions}
${shiftFunction}
var<private> base: i32; // of the field that load reads
var<workgroup> sums: array<f32, THREADS>;

${loadFunction("load", "result", "0")}
fn excess(pre: vec4<f32>) -> f32 {
  return dot(max(abs(pre) - LIMIT, vec4<f32>(0.0)), vec4<f32>(1.0));
}
fn main(index: i32) {
  ${rowHeader}
  let field = uniforms.rows * rowVectors;
  let own = b * rowVectors;
  var cost = 0.0;
  for (var i = lane; i < rowVectors; i += THREADS) { result[own + i] = initial[own + i]; }
  storageBarrier();
  for (var t = 0; t < uniforms.steps; t++) {
    for (var layer = 0; layer < LAYERS; layer++) {
      let s = (t * LAYERS + layer) * ${FIELDS.length} * field + own;
      let rs = s + field;
      let r = rs + field;
      let g = r + field;
      let c = g + field;
      let next = c + field;
      let filters = (t % SETS * LAYERS + layer) * CELL;
      let takesPart = t < ownSteps;
      if (takesPart) {
        base = s;
        ${
    forEachTile(`
        ${accumulators("r", "weights[filters + FILTER + quad]")}
        ${accumulators("g", "weights[filters + BANK + FILTER + quad]")}
        ${
      convolution(spec, [{
        load: "load",
        filters: [{ accumulator: "r", start: "filters" }, { accumulator: "g", start: "filters + BANK" }],
      }])
    }
        ${forEachPosition((j) => `result[r + here] = r${j}; result[g + here] = g${j};`)}`)
  }
      }
      storageBarrier();
      for (var i = lane; takesPart && i < rowVectors; i += THREADS) {
        let reset = result[r + i];
        let gated = result[g + i];
        ${run.saturation ? "if (i / QUADS % n < length) { cost += excess(reset) + excess(gated); }" : ""}
        result[r + i] = gate(reset);
        result[g + i] = gate(gated);
        result[rs + i] = gate(reset) * result[s + i];
      }
      storageBarrier();
      if (takesPart) {
        base = rs;
        ${
    forEachTile(`
        ${accumulators("c", "weights[filters + 2 * BANK + FILTER + quad]")}
        ${convolution(spec, [{ load: "load", filters: [{ accumulator: "c", start: "filters + 2 * BANK" }] }])}
        ${forEachPosition((j) => `result[c + here] = c${j};`)}`)
  }
      }
      storageBarrier();
      for (var i = lane; i < rowVectors; i += THREADS) {
        var value = result[s + i];
        if (takesPart) {
          let quad = i % QUADS;
          let p = i / QUADS % n;
          let pre = result[c + i];
          result[c + i] = candidate(pre);
          ${
    run.dropOn === "nowhere"
      ? ""
      : `let drop = dropMask(dropKey(b, ${drops("state") ? "0" : "layer"}, t, i / QUADS / n), p, quad);`
  }
          let dropped = candidate(pre)${drops("candidate") ? " * drop" : ""};
          var before = vec4<f32>(0.0);
          var after = vec4<f32>(0.0);
          if (THIRD > 0 && p > 0) { before = result[s + i - QUADS]; }
          if (THIRD > 0 && p + 1 < n) { after = result[s + i + QUADS]; }
          value = result[g + i] * (moved(before, value, after, quad) - dropped) + dropped;
          ${drops("state") ? "if (layer == LAYERS - 1) { value *= drop; }" : ""}
          if (p >= length) { value = vec4<f32>(0.0); }
          ${run.saturation ? "if (p < length) { cost += excess(pre); }" : ""}
        }
        result[next + i] = value;
      }
      storageBarrier();
    }
  }
  sums[lane] = cost;
  workgroupBarrier();
  for (var half = THREADS / 2; half > 0; half /= 2) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0) {
    let end = (uniforms.steps * LAYERS * ${FIELDS.length} + 1) * field;
    result[end + b] = vec4<f32>(sums[0] * rows[b].z, 0.0, 0.0, 0.0);
  }
}`;
}
