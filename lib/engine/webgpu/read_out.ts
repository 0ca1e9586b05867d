/**
 * WebGPU kernels that compute the loss from the last state, and then the state's gradient: what `readOut` and
 * `trainingLoss` of network.ts compute, with their gradient.
 */
import type { tf } from "../../deps.ts";
import { lastStateStart, stateSize } from "./passes.ts";
import { bitsOf, runKernel } from "./program.ts";
import type { FusedRun } from "./run.ts";
import { constants, quadsOf, specKey } from "./wgsl.ts";
import type { Network } from "../../model/network.ts";
import { GRADIENT_METRICS, type GradientMetric } from "../metrics.ts";
import { embeddedFunction, modelConstants, modelKey } from "./texts.ts";

const THREADS = 64;

/** The numbers after the logits' gradients in the outcome of a position. */
const OUTCOME = ["surprise", "right", "excess"] as const;

/** How many numbers the outcome of a position has. */
export function outcomeSize({ symbols }: Network): number {
  return symbols.length + 1 + OUTCOME.length;
}

/**
 * The outcome of each position of each row, {@linkcode outcomeSize} numbers: the logits' gradients, times `scale`; the
 * cross-entropy; whether the symbol is right, or beyond the row's length; and by how much the embedding exceeds the
 * saturation limit.
 */
export function outcomes(
  network: Network,
  run: FusedRun,
  { parameters, symbols, trajectory, scale }: {
    readonly parameters: tf.TensorInfo;
    readonly symbols: tf.TensorInfo;
    readonly trajectory: tf.TensorInfo;
    readonly scale: number;
  },
): tf.Tensor1D {
  const { spec } = network;
  const vocabulary = Array.from({ length: network.symbols.length + 1 }, (_, v) => v);
  const places = run.rows * run.positions;
  const saturates = run.saturation && network.embeddingSaturation;
  return runKernel({
    key: `ngpu-outcomes-${modelKey(network)}-${saturates}-${specKey(spec)}`,
    workgroupSize: THREADS,
    workgroups: Math.ceil(places / THREADS),
    inputs: {
      parameters: { tensor: parameters, vector: false },
      symbols: { tensor: symbols, vector: false },
      trajectory: { tensor: trajectory, vector: true },
      rows: { tensor: run.rowInfo, vector: true },
    },
    uniforms: {
      rows: run.rows,
      positions: run.positions,
      state: lastStateStart(spec, run) / 4,
      scale: bitsOf(scale),
    },
    outputSize: places * outcomeSize(network),
    vector: false,
    code: () => `
${constants(spec, THREADS)}
${modelConstants(network)}
${saturates ? embeddedFunction : ""}
fn main(index: i32) {
  let n = uniforms.positions;
  let row = index / n;
  if (row >= uniforms.rows) { return; }
  let p = index % n;
  let start = index * ${outcomeSize(network)};
  if (p >= i32(rows[row].x)) {
    ${vocabulary.map((v) => `result[start + ${v}] = 0.0;`).join(" ")}
    result[start + VOCABULARY] = 0.0;
    result[start + VOCABULARY + 1] = 1.0;
    result[start + VOCABULARY + 2] = 0.0;
    return;
  }
  ${vocabulary.map((v) => `var logit${v} = select(0.0, parameters[OUTPUT_BIAS + ${v}], BIASED);`).join(" ")}
  for (var quad = 0; quad < QUADS; quad++) {
    let s = trajectory[uniforms.state + (row * WIDTH * n + p) * QUADS + quad];
    ${
      ["x", "y", "z", "w"].map((map, k) =>
        `if (quad * 4 + ${k} < MAPS) {
      let weights = OUTPUT + (quad * 4 + ${k}) * VOCABULARY;
      ${vocabulary.map((v) => `logit${v} += s.${map} * parameters[weights + ${v}];`).join(" ")}
    }`
      ).join("\n    ")
    }
  }
  var most = logit0;
  var chosen = 0;
  ${vocabulary.slice(1).map((v) => `if (logit${v} > most) { most = logit${v}; chosen = ${v}; }`).join(" ")}
  var sum = 0.0;
  ${vocabulary.map((v) => `let power${v} = exp(logit${v} - most); sum += power${v};`).join(" ")}
  let target_ = symbols[uniforms.rows * n + index];
  var wanted = 0.0;
  let scale = bitcast<f32>(uniforms.scale);
  ${
      vocabulary.map((v) =>
        `if (target_ == ${v}) { wanted = logit${v}; }
  result[start + ${v}] = scale * (power${v} / sum - select(0.0, 1.0, target_ == ${v}));`
      ).join("\n  ")
    }
  result[start + VOCABULARY] = log(sum) + most - wanted;
  result[start + VOCABULARY + 1] = select(0.0, 1.0, chosen == target_);
  ${saturates ? EXCESS : "result[start + VOCABULARY + 2] = 0.0;"}
}`,
  });
}

const EXCESS = `
  var excess = vec4<f32>(0.0);
  for (var quad = 0; quad < QUADS; quad++) { excess += embeddedExcess(embedded(symbols[index], quad)); }
  result[start + VOCABULARY + 2] = dot(excess, vec4<f32>(1.0));`;

/** Invocations of the one workgroup that adds everything up, in a fixed order. */
const SUMMING = 256;

const METRICS = Object.keys(GRADIENT_METRICS) as GradientMetric[];

/** The WGSL expression of each metric. */
const SUMS: Readonly<Record<GradientMetric, string>> = {
  loss: "sums[0].x * bitcast<f32>(uniforms.perPosition)",
  sequences_right: "sums[0].y",
  symbols_right: "sums[0].z",
  saturation: "sums[0].w",
};

/**
 * The {@linkcode GRADIENT_METRICS} of the rows: sums over them, the cross-entropy over `totalPositions`, by the
 * outcomes.
 */
export function metricsOf(
  network: Network,
  run: FusedRun,
  { found, trajectory, totalRows, totalPositions }: {
    readonly found: tf.TensorInfo;
    readonly trajectory: tf.TensorInfo;
    readonly totalRows: number;
    readonly totalPositions: number;
  },
): tf.Tensor1D {
  const { spec } = network;
  const costs = lastStateStart(spec, run) + stateSize(spec, run);
  return runKernel({
    key: `ngpu-metrics-${modelKey(network)}-${run.saturation}`,
    workgroupSize: SUMMING,
    workgroups: 1,
    inputs: {
      found: { tensor: found, vector: false },
      rows: { tensor: run.rowInfo, vector: true },
      ...(run.saturation && { trajectory: { tensor: trajectory, vector: true } }),
    },
    uniforms: {
      rows: run.rows,
      positions: run.positions,
      costs: costs / 4,
      costVectors: run.saturation ? run.rows * run.lanes : 0,
      perRow: bitsOf(1 / totalRows),
      perPosition: bitsOf(1 / totalPositions),
    },
    outputSize: METRICS.length,
    vector: false,
    code: () => `
const VOCABULARY = ${network.symbols.length + 1};
var<workgroup> sums: array<vec4<f32>, ${SUMMING}>;
fn main(index: i32) {
  var sum = vec4<f32>(0.0); // loss, examples right, positions right, saturation
  for (var row = index; row < uniforms.rows; row += ${SUMMING}) {
    let length = i32(rows[row].x);
    var own = vec4<f32>(0.0);
    for (var p = 0; p < length; p++) {
      let start = (row * uniforms.positions + p) * ${outcomeSize(network)} + VOCABULARY;
      own += vec4<f32>(found[start], 0.0, found[start + 1], found[start + 2]);
    }
    own.y = select(0.0, 1.0, i32(own.z) == length);
    own.w /= rows[row].x;
    sum += own;
  }
  sum.w *= bitcast<f32>(uniforms.perRow);
  ${
      run.saturation
        ? `for (var i = index; i < uniforms.costVectors; i += ${SUMMING}) {
    sum.w += dot(trajectory[uniforms.costs + i], vec4<f32>(1.0));
  }`
        : ""
    }
  sums[index] = sum;
  workgroupBarrier();
  for (var half = ${SUMMING / 2}; half > 0; half /= 2) {
    if (index < half) { sums[index] += sums[index + half]; }
    workgroupBarrier();
  }
  if (index == 0) {
    ${METRICS.map((name, place) => `result[${place}] = ${SUMS[name]};`).join("\n    ")}
  }
}`,
  });
}

/** The gradient of the last state, maps padded to a multiple of four, from those of the logits. */
export function stateGradient(
  network: Network,
  run: FusedRun,
  parameters: tf.TensorInfo,
  found: tf.TensorInfo,
): tf.Tensor1D {
  const { spec } = network;
  const size = stateSize(spec, run);
  const quads = quadsOf(spec);
  return runKernel({
    key: `ngpu-state-gradient-${modelKey(network)}-${specKey(spec)}`,
    workgroupSize: THREADS,
    workgroups: Math.ceil(size / 4 / THREADS),
    inputs: { parameters: { tensor: parameters, vector: false }, found: { tensor: found, vector: false } },
    uniforms: { rows: run.rows, positions: run.positions },
    outputSize: size,
    vector: true,
    code: () => `
${constants(spec, THREADS)}
${modelConstants(network)}
fn main(index: i32) {
  let n = uniforms.positions;
  let quad = index % QUADS;
  let p = index / QUADS % n;
  let column = index / QUADS / n % WIDTH;
  let row = index / QUADS / n / WIDTH;
  if (row >= uniforms.rows) { return; }
  var value = vec4<f32>(0.0);
  if (column == 0) {
    let start = (row * n + p) * ${outcomeSize(network)};
    for (var v = 0; v < VOCABULARY; v++) {
      let weights = OUTPUT + quad * 4 * VOCABULARY + v;
      value += found[start + v] * vec4<f32>(${
      [0, 1, 2, 3].map((k) => `parameters[weights + ${k} * VOCABULARY]`).join(", ")
    });
    }
    ${
      spec.maps === 4 * quads
        ? ""
        : "value = select(vec4<f32>(0.0), value, vec4<i32>(quad * 4) + vec4<i32>(0, 1, 2, 3) < vec4<i32>(MAPS));"
    }
  }
  result[index] = value;
}`,
  });
}
