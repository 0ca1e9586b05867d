import { INPUT_LAYER } from "../dropout.ts";
import { initialGradientStart, lastStateStart } from "./passes.ts";
import { scalars, vectors } from "./program.ts";
import { type FusedRun, RUN_INPUTS, shapeUniforms } from "./run.ts";
import type { PartsOf } from "./sum_parts.ts";
import { head, quadsOf, textKey } from "./wgsl.ts";
import { SATURATION_LIMIT } from "../../cells/saturation.ts";
import { recurrenceSize } from "../../model/recurrence_spec.ts";
import { PAD } from "../../model/batch.ts";
import type { Network } from "../../model/network.ts";
import { parameterCount } from "../../model/parameters.ts";
import { outcomeSize } from "./read_out.ts";
import { embeddedFunction, modelConstants, modelKey } from "./texts.ts";

const THREADS = 64;

/** The most parts, each of which sums over some rows. */
const MOST_PARTS = 128;

/**
 * The gradient of embedding and output, the part of the flat vector after the recurrence's banks, in parts to be added
 * up. An invocation computes it for four maps and one symbol of the embedding or of the output. In the embedding a
 * symbol beyond the last one stands for the bias, in the output four maps beyond the last ones.
 */
export function projectionParts(
  network: Network,
  run: FusedRun,
  { parameters, trajectory, gradients, found }: Record<
    "parameters" | "trajectory" | "gradients" | "found",
    GPUBuffer
  >,
): PartsOf {
  const { spec, table } = network;
  const size = parameterCount(table) - recurrenceSize(spec);
  const rowsOfPart = Math.ceil(run.rows / MOST_PARTS);
  const count = Math.ceil(run.rows / rowsOfPart);
  const options = { ...run, noise: false, rounds: false, threads: THREADS };
  const saturates = run.saturation && network.embeddingSaturation;
  return {
    count,
    size,
    into: (partial) => ({
      key: `projections-${modelKey(network)}-${saturates}-${textKey(spec, options)}`,
      workgroupSize: THREADS,
      inputs: RUN_INPUTS,
      reads: {
        parameters: scalars(parameters),
        trajectory: vectors(trajectory),
        gradients: vectors(gradients),
        found: scalars(found),
      },
      writes: { result: scalars(partial) },
      dispatches: [{
        kernel: "projectionGradient",
        workgroups: Math.ceil(invocations(network) / THREADS) * count,
        uniforms: {
          ...shapeUniforms(run),
          rowsOfPart,
          state: lastStateStart(spec, run) / 4,
          gradient: initialGradientStart(spec, run) / 4,
        },
      }],
      code: () => `
${head(spec, options)}
${modelConstants(network)}
${embeddedFunction}
const SIZE = ${size};
const FIRST = ${recurrenceSize(spec)};
const INVOCATIONS = ${invocations(network)};
${embeddingGradient(run, saturates)}
fn store(start: i32, stride: i32, quad: i32, value: vec4<f32>) {
  for (var k = 0; k < 4; k++) {
    if (quad * 4 + k < MAPS) { result[start + (quad * 4 + k) * stride] = value[k]; }
  }
}
fn projectionGradient(index: i32) {
  let groups = (INVOCATIONS + THREADS - 1) / THREADS;
  let part = index / THREADS / groups;
  let own = index / THREADS % groups * THREADS + index % THREADS;
  let firstRow = part * uniforms.rowsOfPart;
  if (own >= INVOCATIONS || firstRow >= uniforms.rows) { return; }
  let endRow = min(firstRow + uniforms.rowsOfPart, uniforms.rows);
  let n = uniforms.positions;
  let ofEmbedding = own < QUADS * (VOCABULARY + 1);
  let place = select(own - QUADS * (VOCABULARY + 1), own, ofEmbedding);
  let quad = select(place / VOCABULARY, place % QUADS, ofEmbedding);
  let symbol = select(place % VOCABULARY, place / QUADS, ofEmbedding);
  var sum = vec4<f32>(0.0);
  for (var row = firstRow; row < endRow; row++) {
    let length = i32(rows[row].x);
    for (var p = 0; p < length; p++) {
      let here = row * vectorsOfRow() + p * QUADS + quad;
      if (ofEmbedding) {
        let put = symbols[row * n + p];
        if (symbol == VOCABULARY || symbol == put) { sum += ofInput(row, p, quad, put, here); }
      } else {
        let dLogit = found[(row * n + p) * ${outcomeSize(network)} + symbol];
        if (quad == QUADS) { sum += dLogit; } else { sum += dLogit * trajectory[uniforms.state + here]; }
      }
    }
  }
  let start = part * SIZE - FIRST;
  if (ofEmbedding) {
    if (symbol < VOCABULARY) { store(start + EMBEDDING + symbol * MAPS, 1, quad, sum); }
    else if (BIASED) { store(start + EMBEDDING_BIAS, 1, quad, sum); }
  } else {
    if (quad < QUADS) { store(start + OUTPUT + symbol, VOCABULARY, quad, sum); }
    else if (BIASED) { result[start + OUTPUT_BIAS + symbol] = sum.x; }
  }
}`,
    }),
  };
}

/** The number of invocations for one part. */
function invocations({ spec, symbols }: Network): number {
  const [quads, vocabulary] = [quadsOf(spec), symbols.length + 1];
  return quads * (vocabulary + 1) + (quads + 1) * vocabulary;
}

/** Text of `ofInput`: the gradient of the embedding of a symbol at a position, before it is clipped. */
function embeddingGradient(run: FusedRun, saturates: boolean): string {
  return `
fn ofInput(row: i32, p: i32, quad: i32, symbol: i32, here: i32) -> vec4<f32> {
  if (!BIASED && symbol == ${PAD}) { return vec4<f32>(0.0); }
  var d = gradients[uniforms.gradient + here];
  let pre = embedded(symbol, quad);
  if (BIASED) {
    ${run.dropOn === "candidate" ? `d *= dropMask(row, ${INPUT_LAYER}, 0, 0, p, quad);` : ""}
    d = select(vec4<f32>(0.0), d, abs(pre) <= vec4<f32>(1.0));
  }
  ${
    saturates
      ? `let exceeds = select(vec4<f32>(0.0), sign(pre), abs(pre) > vec4<f32>(${SATURATION_LIMIT}));
  d += numbers.dCost * exceeds * (rows[row].z * rows[row].x);`
      : ""
  }
  return d;
}`;
}
