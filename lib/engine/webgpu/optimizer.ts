/** The optimizer's step on WebGPU: the gradient's norm in one dispatch, clipping, moments and update in another. */
import { tf } from "../../deps.ts";
import { bitsOf, runKernel } from "./program.ts";
import type { Update } from "../kernels.ts";

const THREADS = 256;

/** The optimizer's step. */
export const updateOnWebGPU: Update = (settings, { rate, beta2 }, vectors, gradient, noise) => {
  const elements = gradient.size;
  return tf.tidy(() => {
    const norm = normOf(gradient);
    const clips = settings.clip_norm > 0;
    // An input that the text does not use is an error in WebGPU.
    const inputs = { ...vectors, gradient, ...(clips && { norm }), ...(noise && { noise }) };
    const packed = runKernel({
      key: `ngpu-update-${settings.optimizer}-${clips}-${noise !== undefined}`,
      workgroupSize: THREADS,
      workgroups: Math.ceil(elements / THREADS),
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [name, { tensor, vector: false }]),
      ),
      uniforms: {
        elements,
        rate: bitsOf(rate),
        beta2: bitsOf(beta2),
        growth: bitsOf(1 - beta2), // computed in double precision: in single precision 1 − 0.999 has a relative error of 5e-5
        epsilon: bitsOf(settings.adam_epsilon),
        clipNorm: bitsOf(settings.clip_norm),
      },
      outputSize: 3 * elements,
      vector: false,
      code: () => `
fn main(index: i32) {
  if (index >= uniforms.elements) { return; }
  var g = gradient[index];
  ${
        settings.clip_norm > 0
          ? "let limit = bitcast<f32>(uniforms.clipNorm); g *= limit / max(norm[0], limit);"
          : ""
      }
  ${noise === undefined ? "" : "g += noise[index];"}
  let beta2 = bitcast<f32>(uniforms.beta2);
  ${settings.optimizer === "adamax" ? ADAMAX : ADAM}
  result[index] = parameters[index] - bitcast<f32>(uniforms.rate) * m / divisor;
  result[uniforms.elements + index] = m;
  result[2 * uniforms.elements + index] = v;
}`,
    });
    const part = (place: number) => tf.slice(packed, place * elements, elements);
    return [part(0), tf.reshape(norm, []) as tf.Scalar, part(1), part(2)];
  });
};

const ADAMAX = `
  let bound = 1.2 * second[index] + 1e-4;
  g = clamp(g, -bound, bound);
  let m = 0.9 * first[index] + 0.1 * g;
  let v = max(beta2 * second[index], abs(g));
  let divisor = v + 1e-8;`;

const ADAM = `
  let m = 0.9 * first[index] + 0.1 * g;
  let v = beta2 * second[index] + bitcast<f32>(uniforms.growth) * g * g;
  let divisor = sqrt(v) + bitcast<f32>(uniforms.epsilon);`;

/** The norm of a vector, by one workgroup in a fixed order: sums by float atomics would differ from run to run. */
function normOf(vector: tf.Tensor1D): tf.Tensor1D {
  return runKernel({
    key: "ngpu-norm",
    workgroupSize: THREADS,
    workgroups: 1,
    inputs: { vector: { tensor: vector, vector: false } },
    uniforms: { elements: vector.size },
    outputSize: 1,
    vector: false,
    code: () => `
var<workgroup> sums: array<f32, ${THREADS}>;
fn main(index: i32) {
  let lane = i32(localIndex);
  var sum = 0.0;
  for (var i = lane; i < uniforms.elements; i += ${THREADS}) { sum += vector[i] * vector[i]; }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = ${THREADS / 2}; half > 0; half /= 2) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0) { result[0] = sqrt(sums[0]); }
}`,
  });
}
