/**
 * What follows a step's gradient on WebGPU: the pull between the parameter sets, the gradient's norm, clipping, moments
 * and update. What is said in reference/ holds.
 */
import type { Network } from "../../model/network.ts";
import { parameterCount } from "../../model/parameters.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { GRADIENT_METRICS, STEP_METRICS } from "../metrics.ts";
import type { OptimizerSettings } from "../training.ts";
import type { Inputs } from "./inputs.ts";
import { scalars, type Sequence } from "./program.ts";
import type { StepBuffers } from "./step_buffers.ts";

const THREADS = 256;

/** Parameters of one set. */
function inSet(spec: RecurrenceSpec): number {
  return recurrenceSize(spec) / spec.sets;
}

/** The numbers of an update, and its noise where there is some. */
export function updateInputs(noisy: boolean): Inputs {
  return {
    numbers: {
      ...{ rate: "f32", beta2: "f32", growth: "f32", epsilon: "f32", clipNorm: "f32" },
      /** Weight of the pull. */
      pull: "f32",
      /** 1 over the number of batches. */
      share: "f32",
      /** Number of the step in the log. */
      place: "i32",
    },
    arrays: noisy ? { noise: "f32" } : {},
  };
}

/** The kernel that enters a step's metrics in the log, and before that computes the gradient's norm where it `learns`. */
export function logging(
  { spec, table }: Network,
  buffers: StepBuffers,
  { noisy, learns }: { readonly noisy: boolean; readonly learns: boolean },
): Sequence {
  const { gradient, metrics, norm, apart, log } = buffers;
  return {
    key: `log-${spec.sets > 1}-${noisy}`,
    workgroupSize: THREADS,
    inputs: updateInputs(noisy),
    reads: { gradient: scalars(gradient), metrics: scalars(metrics), apart: scalars(apart) },
    writes: { norm: scalars(norm), log: scalars(log) },
    dispatches: [{
      kernel: learns ? "logNorm" : "logLoss",
      workgroups: 1,
      uniforms: { elements: parameterCount(table), inSet: inSet(spec) },
    }],
    code: () => logCode(spec.sets > 1),
  };
}

/** The kernels of an update, which also enter the step's metrics in the log. */
export function updating(
  network: Network,
  { optimizer, clip_norm }: OptimizerSettings,
  buffers: StepBuffers,
  noisy: boolean,
): Sequence[] {
  const { spec, table } = network;
  const elements = parameterCount(table);
  const inputs = updateInputs(noisy);
  const { parameters, gradient, norm, apart, first, second } = buffers;
  const pull: Sequence = {
    key: `pull-${spec.sets}-${noisy}`,
    workgroupSize: THREADS,
    inputs,
    reads: { parameters: scalars(parameters) },
    writes: { gradient: scalars(gradient), apart: scalars(apart) },
    dispatches: [{
      kernel: "pull",
      workgroups: Math.ceil(inSet(spec) / THREADS),
      uniforms: { inSet: inSet(spec) },
    }],
    code: () => pullCode(spec.sets),
  };
  const clips = clip_norm > 0;
  const update: Sequence = {
    key: `update-${optimizer}-${clips}-${noisy}`,
    workgroupSize: THREADS,
    inputs,
    reads: { gradient: scalars(gradient), norm: scalars(norm) },
    writes: { parameters: scalars(parameters), first: scalars(first), second: scalars(second) },
    dispatches: [{ kernel: "update", workgroups: Math.ceil(elements / THREADS), uniforms: { elements } }],
    code: () => updateCode(optimizer, clips, noisy),
  };
  return [
    ...(spec.sets > 1 ? [pull] : []),
    logging(network, buffers, { noisy, learns: true }),
    update,
  ];
}

/** The squared distances from the mean over the sets, added up over the sets, and the pull's gradient. */
function pullCode(sets: number): string {
  return `
fn pull(index: i32) {
  if (index >= uniforms.inSet) { return; }
  var mean = 0.0;
  for (var part = 0; part < ${sets}; part++) { mean += parameters[part * uniforms.inSet + index]; }
  mean /= ${sets}.0;
  var sum = 0.0;
  for (var part = 0; part < ${sets}; part++) {
    let place = part * uniforms.inSet + index;
    let difference = parameters[place] - mean;
    sum += difference * difference;
    gradient[place] += 2.0 * numbers.pull * difference;
  }
  apart[index] = sum;
}`;
}

/** Adds up in one workgroup in a fixed order: sums by float atomics would differ from run to run. */
function logCode(relaxed: boolean): string {
  const metrics = Object.values(GRADIENT_METRICS).map((adds, i) =>
    `log[start + ${i}] = metrics[${i}]${adds === "mean" ? " * numbers.share" : ""};`
  );
  const place = (name: typeof STEP_METRICS[number]) => `log[start + ${STEP_METRICS.indexOf(name)}]`;
  return `
var<workgroup> sums: array<vec2<f32>, ${THREADS}>;
fn enter(gradientNorm: f32, distance: f32) {
  let start = numbers.place * ${STEP_METRICS.length};
  ${metrics.join("\n  ")}
  ${place("gradient_norm")} = gradientNorm;
  ${place("set_distance")} = distance;
}
fn logLoss(lane: i32) { if (lane == 0) { enter(0.0, 0.0); } }
fn logNorm(lane: i32) {
  var sum = vec2<f32>(0.0); // of the gradient's squares, and of the sets' squared distances
  for (var i = lane; i < uniforms.elements; i += ${THREADS}) { sum.x += gradient[i] * gradient[i]; }
  ${relaxed ? `for (var i = lane; i < uniforms.inSet; i += ${THREADS}) { sum.y += apart[i]; }` : ""}
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = ${THREADS / 2}; half > 0; half /= 2) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane > 0) { return; }
  norm[0] = sqrt(sums[0].x);
  enter(norm[0], sums[0].y);
}`;
}

function updateCode(optimizer: OptimizerSettings["optimizer"], clips: boolean, noisy: boolean): string {
  return `
fn update(index: i32) {
  if (index >= uniforms.elements) { return; }
  var g = gradient[index];
  ${clips ? "g *= numbers.clipNorm / max(norm[0], numbers.clipNorm);" : ""}
  ${noisy ? "g += noise[index];" : ""}
  ${optimizer === "adamax" ? ADAMAX : ADAM}
  parameters[index] -= numbers.rate * m / divisor;
  first[index] = m;
  second[index] = v;
}`;
}

const ADAMAX = `
  let bound = 1.2 * second[index] + 1e-4;
  g = clamp(g, -bound, bound);
  let m = 0.9 * first[index] + 0.1 * g;
  let v = max(numbers.beta2 * second[index], abs(g));
  let divisor = v + 1e-8;`;

const ADAM = `
  let m = 0.9 * first[index] + 0.1 * g;
  let v = numbers.beta2 * second[index] + numbers.growth * g * g;
  let divisor = sqrt(v) + numbers.epsilon;`;
