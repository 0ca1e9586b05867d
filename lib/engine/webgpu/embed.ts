import type { tf } from "../../deps.ts";
import { INPUT_LAYER } from "../dropout.ts";
import { runKernel } from "./program.ts";
import { type FusedRun, runUniforms } from "./run.ts";
import { stateSize } from "./passes.ts";
import { head, textKey } from "./wgsl.ts";
import type { Network } from "../../model/network.ts";
import { embeddedFunction, modelConstants, modelKey } from "./texts.ts";

const THREADS = 64;

/** The state before the first step, as `embed` of network.ts computes it, with maps padded to a multiple of four. */
export function embedOnWebGPU(
  network: Network,
  run: FusedRun,
  parameters: tf.TensorInfo,
  symbols: tf.TensorInfo,
): tf.Tensor1D {
  const { spec } = network;
  const options = { ...run, noise: false, rounds: false, threads: THREADS };
  const size = stateSize(spec, run);
  return runKernel({
    key: `ngpu-embed-${modelKey(network)}-${textKey(spec, options)}`,
    workgroupSize: THREADS,
    workgroups: Math.ceil(size / 4 / THREADS),
    inputs: {
      parameters: { tensor: parameters, vector: false },
      symbols: { tensor: symbols, vector: false },
      rows: { tensor: run.rowInfo, vector: true },
    },
    uniforms: runUniforms(run),
    outputSize: size,
    vector: true,
    code: () => `
${head(spec, options)}
${modelConstants(network)}
${embeddedFunction}
fn main(index: i32) {
  let n = uniforms.positions;
  let quad = index % QUADS;
  let p = index / QUADS % n;
  let column = index / QUADS / n % WIDTH;
  let row = index / vectorsOfRow();
  if (row >= uniforms.rows) { return; }
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
  });
}
