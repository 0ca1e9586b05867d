import type { tf } from "../../deps.ts";
import { BANKS, type RecurrenceSpec } from "../spec.ts";
import { FIELDS } from "./forward.ts";
import { runKernel } from "./program.ts";
import { type FusedRun, keyOfRun, runUniforms } from "./run.ts";
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

/** Places that the kernel works in, beside the gradient of the state: what is carried back, and a part of it. */
const SCRATCH = 2;

/**
 * Elements of the backward kernel's output: by application the gradients of the pre-activations of the three banks,
 * `[rows, width, positions, maps]` each, then that of the initial state, then scratch.
 */
export function gradientsSize(spec: RecurrenceSpec, run: FusedRun): number {
  const state = run.rows * spec.width * run.positions * quadsOf(spec) * 4;
  return (run.steps * spec.layers * BANKS.length + 1 + SCRATCH) * state;
}

/** Takes the gradient back through all steps of all rows in one dispatch: a workgroup per row. */
export function backwardKernel(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: tf.TensorInfo,
  flippedWeights: tf.TensorInfo,
  dState: tf.TensorInfo,
  dCost: tf.TensorInfo,
): tf.Tensor1D {
  return runKernel({
    key: `ngpu-backward-${specKey(spec)}-${keyOfRun(run)}`,
    workgroupSize: run.threads,
    workgroups: [run.rows, 1, 1],
    inputs: {
      trajectory: { tensor: trajectory, vector: true },
      weights: { tensor: flippedWeights, vector: true },
      dState: { tensor: dState, vector: true },
      dCost: { tensor: dCost, vector: false },
      rows: { tensor: run.rowInfo, vector: true },
    },
    uniforms: runUniforms(run),
    outputSize: gradientsSize(spec, run),
    vector: true,
    code: backwardCode(spec, run),
  });
}

function backwardCode(spec: RecurrenceSpec, run: FusedRun): string {
  const drops = (on: string) => run.dropOn === on;
  const beyond = (args: string) => run.saturation ? ` + weight * beyond(${args})` : "";
  return `
${constants(spec, run.threads)}
${activationFunctions(spec.cell)}
${dropoutFunctions}
${shiftFunction}
var<private> base: i32; // of the gradients that load reads

${loadFunction("load", "result", "0")}
${loadFunction("loadNext", "result", "uniforms.rows * WIDTH * n * QUADS")}
/** 1 above the limit, -1 below the lower one, else 0: the slope of the saturation cost. */
fn beyond(a: vec4<f32>, low: f32, high: f32) -> vec4<f32> {
  return select(select(vec4<f32>(0.0), vec4<f32>(-1.0), a < vec4<f32>(low)), vec4<f32>(1.0), a > vec4<f32>(high));
}
fn main(index: i32) {
  ${rowHeader}
  let field = uniforms.rows * rowVectors;
  let own = b * rowVectors;
  let d = uniforms.steps * LAYERS * ${BANKS.length} * field + own;
  let carried = d + field;
  let part = carried + field;
  let weight = rows[b].z * dCost[0];
  for (var i = lane; i < rowVectors; i += THREADS) { result[d + i] = dState[own + i]; }
  storageBarrier();
  for (var t = uniforms.steps - 1; t >= 0; t--) {
    for (var layer = LAYERS - 1; layer >= 0; layer--) {
      let s = (t * LAYERS + layer) * ${FIELDS.length} * field + own;
      let dr = (t * LAYERS + layer) * ${BANKS.length} * field + own;
      let dc = dr + 2 * field;
      let filters = (t % SETS * LAYERS + layer) * CELL;
      for (var i = lane; i < rowVectors; i += THREADS) {
        let quad = i % QUADS;
        let p = i / QUADS % n;
        var dGate = vec4<f32>(0.0);
        var dCandidate = vec4<f32>(0.0);
        var dCarried = vec4<f32>(0.0);
        if (t < ownSteps && p < length) {
          let column = i / QUADS / n;
          var dNext = result[d + i];
          ${
    drops("state") ? "if (layer == LAYERS - 1) { dNext *= dropMask(dropKey(b, 0, t, column), p, quad); }" : ""
  }
          let g = trajectory[s + 3 * field + i];
          let c = trajectory[s + 4 * field + i];
          let mask = ${
    drops("candidate") ? "dropMask(dropKey(b, layer, t, column), p, quad)" : "vec4<f32>(1.0)"
  };
          var before = vec4<f32>(0.0);
          var after = vec4<f32>(0.0);
          if (THIRD > 0 && p > 0) { before = trajectory[s + i - QUADS]; }
          if (THIRD > 0 && p + 1 < n) { after = trajectory[s + i + QUADS]; }
          let carriedIn = moved(before, trajectory[s + i], after, quad);
          dCarried = dNext * g;
          dGate = dNext * (carriedIn - c * mask) * gateSlope(g)${beyond("g, GATE_LOW, GATE_HIGH")};
          dCandidate = (dNext - dCarried) * mask * candidateSlope(c)${
    beyond("c, -CANDIDATE_HIGH, CANDIDATE_HIGH")
  };
        }
        result[carried + i] = dCarried;
        result[dr + i] = vec4<f32>(0.0);
        result[dr + field + i] = dGate;
        result[dc + i] = dCandidate;
      }
      storageBarrier();
      let takesPart = t < ownSteps;
      if (takesPart) {
        base = dc;
        ${
    forEachTile(`
        ${accumulators("drs", "vec4<f32>(0.0)")}
        ${
      convolution(spec, [{ load: "load", filters: [{ accumulator: "drs", start: "filters + 2 * BANK" }] }])
    }
        ${forEachPosition((j) => `result[part + here] = drs${j};`)}`)
  }
      }
      storageBarrier();
      for (var i = lane; takesPart && i < rowVectors; i += THREADS) {
        let p = i / QUADS % n;
        let r = trajectory[s + 2 * field + i];
        let drs = result[part + i];
        var before = vec4<f32>(0.0);
        var after = vec4<f32>(0.0);
        if (THIRD > 0 && p > 0) { before = result[carried + i - QUADS]; }
        if (THIRD > 0 && p + 1 < n) { after = result[carried + i + QUADS]; }
        result[part + i] = drs * r + moved(after, result[carried + i], before, i % QUADS);
        if (p < length) {
          result[dr + i] = drs * trajectory[s + i] * gateSlope(r)${beyond("r, GATE_LOW, GATE_HIGH")};
        }
      }
      storageBarrier();
      if (takesPart) {
        base = dr;
        ${
    forEachTile(`
        ${accumulators("ds", "vec4<f32>(0.0)")}
        ${
      convolution(spec, [
        { load: "load", filters: [{ accumulator: "ds", start: "filters" }] },
        { load: "loadNext", filters: [{ accumulator: "ds", start: "filters + BANK" }] },
      ])
    }
        ${forEachPosition((j) => `result[d + here] = result[part + here] + ds${j};`)}`)
  }
      }
      storageBarrier();
    }
  }
}`;
}
