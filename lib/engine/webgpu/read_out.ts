/**
 * WebGPU kernels that compute the loss from the last state, and then the state's gradient: what `readOut` and
 * `trainingLoss` of network.ts compute, with their gradient.
 */
import { costStart, initialGradientStart, lastStateStart } from "./passes.ts";
import { scalars, type Sequence, vectors } from "./program.ts";
import { type FusedRun, RUN_INPUTS, stateSize } from "./run.ts";
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
 * The outcome of each position of each row, {@linkcode outcomeSize} numbers: the logits' gradients; the cross-entropy;
 * whether the symbol is right, or beyond the row's length; and by how much the embedding exceeds the saturation limit.
 */
export function outcomes(
  network: Network,
  run: FusedRun,
  { parameters, trajectory, found }: Record<"parameters" | "trajectory" | "found", GPUBuffer>,
): Sequence {
  const { spec } = network;
  const vocabulary = vocabularyOf(network);
  const saturates = run.saturation && network.embeddingSaturation;
  return {
    key: `outcomes-${modelKey(network)}-${saturates}-${specKey(spec)}`,
    workgroupSize: THREADS,
    inputs: RUN_INPUTS,
    reads: { parameters: scalars(parameters), trajectory: vectors(trajectory) },
    writes: { result: scalars(found) },
    dispatches: [{
      kernel: "outcomes",
      workgroups: Math.ceil(run.rows * run.positions / THREADS),
      uniforms: { rows: run.rows, positions: run.positions, state: lastStateStart(spec, run) / 4 },
    }],
    code: () => `
${constants(spec, THREADS)}
${modelConstants(network)}
${saturates ? embeddedFunction : ""}
fn outcomes(index: i32) {
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
  ${powers(vocabulary)}
  let target_ = symbols[uniforms.rows * n + index];
  var wanted = 0.0;
  ${
      vocabulary.map((v) =>
        `if (target_ == ${v}) { wanted = logit${v}; }
  result[start + ${v}] = numbers.scale * (power${v} / sum - select(0.0, 1.0, target_ == ${v}));`
      ).join("\n  ")
    }
  result[start + VOCABULARY] = log(sum) + most - wanted;
  result[start + VOCABULARY + 1] = select(0.0, 1.0, chosen == target_);
  ${saturates ? EXCESS : "result[start + VOCABULARY + 2] = 0.0;"}
}`,
  };
}

/** The numbers of the symbols. */
function vocabularyOf({ symbols }: Network): number[] {
  return Array.from({ length: symbols.length + 1 }, (_, v) => v);
}

/**
 * Text that computes the powers of the logits of a position, `power0` and so on, with their `sum`; `most` is the largest
 * logit, and `chosen` its symbol. The state's vectors stand in the trajectory.
 */
function powers(vocabulary: readonly number[]): string {
  return `
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
  ${vocabulary.map((v) => `let power${v} = exp(logit${v} - most); sum += power${v};`).join(" ")}`;
}

/** The shares of the symbols at each position of each row, by the state that begins at vector `state`. */
export function sharing(
  network: Network,
  run: FusedRun,
  { parameters, trajectory, shares }: Record<"parameters" | "trajectory" | "shares", GPUBuffer>,
  state: number,
): Sequence {
  const vocabulary = vocabularyOf(network);
  return {
    key: `shares-${modelKey(network)}-${specKey(network.spec)}`,
    workgroupSize: THREADS,
    reads: { parameters: scalars(parameters), trajectory: vectors(trajectory) },
    writes: { result: scalars(shares) },
    dispatches: [{
      kernel: "shares",
      workgroups: Math.ceil(run.rows * run.positions / THREADS),
      uniforms: { rows: run.rows, positions: run.positions, state },
    }],
    code: () => `
${constants(network.spec, THREADS)}
${modelConstants(network)}
fn shares(index: i32) {
  let n = uniforms.positions;
  let row = index / n;
  if (row >= uniforms.rows) { return; }
  let p = index % n;
  ${powers(vocabulary)}
  ${vocabulary.map((v) => `result[index * VOCABULARY + ${v}] = power${v} / sum;`).join(" ")}
}`,
  };
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
  loss: "sums[0].x * numbers.perPosition",
  sequences_right: "sums[0].y",
  symbols_right: "sums[0].z",
  saturation: "sums[0].w",
};

/**
 * The {@linkcode GRADIENT_METRICS} of the rows, by the outcomes: sums over them, the cross-entropy over the positions of
 * the batch. Where `adds`, they are added to what stands in the result.
 */
export function summingMetrics(
  network: Network,
  run: FusedRun,
  { trajectory, found, metrics }: Record<"trajectory" | "found" | "metrics", GPUBuffer>,
  adds: boolean,
): Sequence {
  return {
    key: `metrics-${modelKey(network)}-${run.saturation}-${adds}`,
    workgroupSize: SUMMING,
    inputs: RUN_INPUTS,
    reads: { found: scalars(found), ...(run.saturation && { trajectory: vectors(trajectory) }) },
    writes: { result: scalars(metrics) },
    dispatches: [{
      kernel: "sumMetrics",
      workgroups: 1,
      uniforms: {
        rows: run.rows,
        positions: run.positions,
        costs: costStart(network.spec, run) / 4,
        costVectors: run.saturation ? run.rows * run.lanes : 0,
      },
    }],
    code: () => `
const VOCABULARY = ${network.symbols.length + 1};
var<workgroup> sums: array<vec4<f32>, ${SUMMING}>;
fn sumMetrics(index: i32) {
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
  sum.w *= numbers.perRow;
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
    ${
      METRICS.map((name, place) => `result[${place}] = ${adds ? `result[${place}] + ` : ""}${SUMS[name]};`)
        .join("\n    ")
    }
  }
}`,
  };
}

/** The gradient of the last state, from those of the logits, where the backward pass begins. */
export function stateGradient(
  network: Network,
  run: FusedRun,
  { parameters, found, gradients }: Record<"parameters" | "found" | "gradients", GPUBuffer>,
): Sequence {
  const { spec } = network;
  const quads = quadsOf(spec);
  return {
    key: `state-gradient-${modelKey(network)}-${specKey(spec)}`,
    workgroupSize: THREADS,
    inputs: RUN_INPUTS,
    reads: { parameters: scalars(parameters), found: scalars(found) },
    writes: { result: vectors(gradients) },
    dispatches: [{
      kernel: "stateGradient",
      workgroups: Math.ceil(stateSize(spec, run) / 4 / THREADS),
      uniforms: {
        rows: run.rows,
        positions: run.positions,
        gradient: initialGradientStart(spec, run) / 4,
      },
    }],
    code: () => `
${constants(spec, THREADS)}
${modelConstants(network)}
fn stateGradient(index: i32) {
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
  result[uniforms.gradient + index] = value;
}`,
  };
}
