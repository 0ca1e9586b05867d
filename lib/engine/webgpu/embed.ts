import { INPUT_LAYER } from "../dropout.ts";
import { costSize, costStart } from "./passes.ts";
import { scalars, type Sequence, vectors } from "./program.ts";
import { type FusedRun, RUN_INPUTS, shapeUniforms, stateSize } from "./run.ts";
import { head, textKey } from "./wgsl.ts";
import type { Network } from "../../model/network.ts";
import { embeddedFunction, modelConstants, modelKey } from "./texts.ts";

const THREADS = 64;

/**
 * What a trajectory begins with: the state before the first step, as `embed` of network.ts computes it, with maps padded
 * to a multiple of four, and zeros in place of the saturation cost.
 */
export function embedding(
  network: Network,
  run: FusedRun,
  parameters: GPUBuffer,
  trajectory: GPUBuffer,
): Sequence {
  const { spec } = network;
  const options = { ...run, noise: false, rounds: false, threads: THREADS };
  const [size, costs] = [stateSize(spec, run) / 4, costSize(run) / 4];
  return {
    key: `embed-${modelKey(network)}-${textKey(spec, options)}`,
    workgroupSize: THREADS,
    inputs: RUN_INPUTS,
    reads: { parameters: scalars(parameters) },
    writes: { result: vectors(trajectory) },
    dispatches: [{
      kernel: "embed",
      workgroups: Math.ceil((size + costs) / THREADS),
      uniforms: { ...shapeUniforms(run), costs, firstCost: costStart(spec, run) / 4 },
    }],
    code: () => `
${head(spec, options)}
${modelConstants(network)}
${embeddedFunction}
fn embed(index: i32) {
  let n = uniforms.positions;
  let quad = index % QUADS;
  let p = index / QUADS % n;
  let column = index / QUADS / n % WIDTH;
  let row = index / vectorsOfRow();
  if (row >= uniforms.rows) {
    let cost = index - uniforms.rows * vectorsOfRow();
    if (cost < uniforms.costs) { result[uniforms.firstCost + cost] = vec4<f32>(0.0); }
    return;
  }
  var value = vec4<f32>(0.0);
  if (column == 0 && p < i32(rows[row].x)) {
    value = embedded(symbols[row * n + p], quad);
    if (BIASED) { value = clamp(value, vec4<f32>(-1.0), vec4<f32>(1.0)); }
    ${
      run.dropOn === "candidate"
        ? `if (BIASED) { value *= dropMask(row, ${INPUT_LAYER}, 0, 0, p, quad); }`
        : ""
    }
  }
  result[index] = value;
}`,
  };
}
