import { tf } from "../../deps.ts";
import { type RecurrenceSpec, SATURATION_LIMIT } from "../../model/recurrence_spec.ts";

/**
 * An activation a = f(pre) in a form that saves element-wise work: the filters and biases of its bank are scaled and
 * shifted once, so that the convolution yields p = scale·pre + offset, and f is applied to p.
 */
export interface Activation {
  /** Factor on filter and bias. */
  readonly scale: number;
  /** Added to the scaled bias. */
  readonly offset: number;
  /** a from p. */
  apply(p: tf.Tensor4D): tf.Tensor4D;
  /** da/dp, from a. */
  slope(a: tf.Tensor4D): tf.Tensor4D;
  /** The values of a where pre is −0.9 and 0.9: beyond them the unit counts as saturated. */
  readonly saturated: readonly [number, number];
}

/** 1 where 0 < a < 1, else 0. */
function insideUnit(a: tf.Tensor4D): tf.Tensor4D {
  return tf.step(tf.sub(a, tf.square(a)));
}

/** clip(pre/2 + 1/2, 0, 1), the diagonal cell's gates. */
const hardSigmoid: Activation = {
  scale: 0.5,
  offset: 0.5,
  apply: (p) => tf.clipByValue(p, 0, 1),
  slope: insideUnit,
  saturated: [0.05, 0.95],
};

/** clip(pre, −1, 1), the diagonal cell's candidate. */
const hardTanh: Activation = {
  scale: 1,
  offset: 0,
  apply: (p) => tf.clipByValue(p, -1, 1),
  slope: (a) => tf.step(tf.sub(1, tf.square(a))),
  saturated: [-SATURATION_LIMIT, SATURATION_LIMIT],
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * max(0, min(1, (1 + 2 cutoff) σ(pre) − cutoff)): with 0.1 the gates of Kaiser & Sutskever 2015, section 2, which reach
 * 0 and 1; with 0 a plain sigmoid.
 */
function cutOffSigmoid(cutoff: number): Activation {
  const reach = 1 + 2 * cutoff;
  const cutOff = (x: number) => Math.min(1, Math.max(0, reach * sigmoid(x) - cutoff));
  return {
    scale: 1,
    offset: 0,
    apply: (p) => tf.clipByValue(tf.sub(tf.mul(tf.sigmoid(p), reach), cutoff), 0, 1),
    slope: (a) => {
      const sigma: tf.Tensor4D = tf.div(tf.add(a, cutoff), reach);
      return tf.mul(tf.mul(tf.sub(sigma, tf.square(sigma)), reach), insideUnit(a));
    },
    saturated: [cutOff(-SATURATION_LIMIT), cutOff(SATURATION_LIMIT)],
  };
}

/** tanh(pre) as 2 σ(2 pre) − 1: tfjs's tanh is 20 times as slow as its sigmoid on wasm. */
const tanh: Activation = {
  scale: 2,
  offset: 0,
  apply: (p) => tf.sub(tf.mul(tf.sigmoid(p), 2), 1),
  slope: (a) => tf.mul(tf.sub(1, tf.square(a)), 0.5),
  saturated: [Math.tanh(-SATURATION_LIMIT), Math.tanh(SATURATION_LIMIT)],
};

/** The gates' and the candidate's activation of a cell. */
export function activations(
  { cell, gate_cutoff }: Pick<RecurrenceSpec, "cell" | "gate_cutoff">,
): { gate: Activation; candidate: Activation } {
  return cell === "diagonal"
    ? { gate: hardSigmoid, candidate: hardTanh }
    : { gate: cutOffSigmoid(gate_cutoff), candidate: tanh };
}

/** How far |pre| is beyond the limit, in units of p: |p − clip(p)|, to be divided by the scale. */
export function excess(activation: Activation, p: tf.Tensor4D): tf.Tensor4D {
  const reach = activation.scale * SATURATION_LIMIT;
  return tf.abs(tf.sub(p, tf.clipByValue(p, activation.offset - reach, activation.offset + reach)));
}

/** The sign of pre where |pre| is beyond the limit, else 0: the slope of the excess. From a. */
export function excessSign(activation: Activation, a: tf.Tensor4D): tf.Tensor4D {
  // clip(e·1e9) is sign(e) for every f32 difference e that can occur here; tfjs's sign is slow on wasm.
  return tf.clipByValue(tf.mul(tf.sub(a, tf.clipByValue(a, ...activation.saturated)), 1e9), -1, 1);
}
