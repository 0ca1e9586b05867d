/**
 * The recurrence as the papers print it, in the tfjs operations that a user of tfjs would write, differentiated by
 * tfjs's own tape. It checks the toolkit's op and is the baseline of its speed ratios.
 */
import { tf } from "../../lib/deps.ts";
import { dropoutMask } from "../../lib/engine/dropout.ts";
import { rowsOf } from "../../lib/engine/reference/rows.ts";
import { stateNoise } from "../../lib/engine/state_noise.ts";
import type { Batch } from "../../lib/model/batch.ts";
import { embed, type Network, readOut } from "../../lib/engine/reference/network.ts";
import {
  type Dropout,
  type RecurrenceRun,
  recurrenceSize,
  type RecurrenceSpec,
} from "../../lib/model/recurrence_spec.ts";

type Map4 = tf.Tensor4D;

/** `tf.conv2d`; on wasm, which has no kernel for the filter's gradient, that one alone is made of shifted products. */
export const conv2d = (input: Map4, filter: Map4): Map4 => {
  if (tf.getBackend() !== "wasm") return tf.conv2d(input, filter, 1, "same");
  const convolve = tf.customGrad((x, w, save) => {
    (save as tf.GradSaveFunc)([x as Map4, w as Map4]);
    return {
      value: tf.conv2d(x as Map4, w as Map4, 1, "same"),
      gradFunc: (dy, saved) => {
        const [x, w] = saved as [Map4, Map4];
        return [
          tf.conv2dTranspose(dy as Map4, w, x.shape, 1, "same"),
          filterGradient(x, dy as Map4, w.shape),
        ] as tf.Tensor[];
      },
    };
  });
  return convolve(input, filter) as Map4;
};

function filterGradient(x: Map4, dy: Map4, [kw, kl, m, out]: [number, number, number, number]): Map4 {
  const [rows, width, positions] = x.shape;
  const padded = tf.pad(x, [[0, 0], [(kw - 1) / 2, (kw - 1) / 2], [(kl - 1) / 2, (kl - 1) / 2], [0, 0]]);
  const columns = tf.reshape(dy, [-1, out]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < kw; i++) {
    for (let j = 0; j < kl; j++) {
      const view = tf.reshape(tf.slice(padded, [0, i, j, 0], [rows, width, positions, m]), [-1, m]);
      taps.push(tf.matMul(view, columns, true, false));
    }
  }
  return tf.reshape(tf.stack(taps), [kw, kl, m, out]);
}

const hardSigmoid = (x: Map4): Map4 => tf.clipByValue(tf.add(tf.mul(x, 0.5), 0.5), 0, 1);
const hardTanh = (x: Map4): Map4 => tf.clipByValue(x, -1, 1);
const cutOffSigmoid = (cutoff: number) => (x: Map4): Map4 =>
  tf.clipByValue(tf.sub(tf.mul(tf.sigmoid(x), 1 + 2 * cutoff), cutoff), 0, 1);
const tanh = (x: Map4): Map4 => tf.tanh(x);

function shift(state: Map4): Map4 {
  const [rows, width, positions, maps] = state.shape;
  const third = Math.floor(maps / 3);
  if (third === 0) return state; // tfjs cannot slice an empty tensor on webgpu
  const [up, down, stay] = tf.split(state, [third, third, maps - 2 * third], 3) as [Map4, Map4, Map4];
  const zero = tf.zeros([rows, width, 1, third]) as Map4;
  const kept = [rows, width, positions - 1, third] as [number, number, number, number];
  return tf.concat([
    tf.concat([zero, tf.slice(up, 0, kept)], 2),
    tf.concat([tf.slice(down, [0, 0, 1, 0], kept), zero], 2),
    stay,
  ], 3);
}

/** `tf.dropout` where masks need not be reproducible, else the toolkit's masks. */
export type Drop = (x: Map4, layer: number, t: number) => Map4;

/** The toolkit's own masks, to compare numbers. */
export function sameDrop(run: RecurrenceRun): Drop {
  return (x, layer, t) => tf.mul(x, dropoutMask(run.dropout!, layer, t, x.shape));
}

/** As `recurrence` of the toolkit. */
export function tapeRecurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: Map4,
  parameters: tf.Tensor1D,
  drop: Drop = sameDrop(run),
): { state: Map4; cost: tf.Scalar } {
  const { maps, kernel_width, kernel_length } = spec;
  let offset = 0;
  const take = (size: number) => tf.slice(parameters, (offset += size) - size, size);
  const banks = Array.from({ length: spec.sets * spec.layers * 3 }, () => ({
    filter: tf.reshape(take(kernel_width * kernel_length * maps * maps), [
      kernel_width,
      kernel_length,
      maps,
      maps,
    ]) as Map4,
    bias: take(maps),
  }));
  const rows = rowsOf(run, initial.shape[2]);
  const diagonal = spec.cell === "diagonal";
  const gate = diagonal ? hardSigmoid : cutOffSigmoid(spec.gate_cutoff);
  const candidate = diagonal ? hardTanh : tanh;
  let cost = tf.scalar(0);
  const pre = (x: Map4, bank: number, active: tf.Tensor): Map4 => {
    const p: Map4 = tf.add(conv2d(x, banks[bank]!.filter), banks[bank]!.bias);
    if (run.saturation) {
      const excess = tf.relu(tf.sub(tf.abs(p), 0.9));
      cost = tf.add(cost, tf.sum(tf.mul(tf.mul(excess, rows.saturationWeight), active)));
    }
    return p;
  };
  let s = initial;
  for (let t = 0; t < rows.steps; t++) {
    const active = rows.active(t) ?? tf.ones([1, 1, 1, 1]);
    const before = s;
    for (let layer = 0; layer < spec.layers; layer++) {
      const first = ((t % spec.sets) * spec.layers + layer) * 3;
      const r = gate(pre(s, first, active));
      const g = gate(pre(s, first + 1, active));
      let c = candidate(pre(tf.mul(r, s), first + 2, active));
      if (run.dropout?.on === "candidate") c = drop(c, layer, t);
      const carried = diagonal ? shift(s) : s;
      s = tf.add(tf.mul(g, carried), tf.mul(tf.sub(1, g), c));
      if (rows.mask !== undefined) s = tf.mul(s, rows.mask);
    }
    if (run.dropout?.on === "state") s = drop(s, 0, t);
    if (run.noise !== undefined) {
      s = tf.add(s, stateNoise(run.noise, t, s.shape));
      if (rows.mask !== undefined) s = tf.mul(s, rows.mask);
    }
    s = tf.add(tf.mul(active, s), tf.mul(tf.sub(1, active), before));
  }
  return { state: s, cost: cost as tf.Scalar };
}

/** The training loss around {@linkcode tapeRecurrence}: cross-entropy per position + weight × saturation cost. */
export function tapeLoss(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: { readonly dropout: Dropout | undefined; readonly saturationWeight: number },
): tf.Scalar {
  const { dropout, saturationWeight } = options;
  const randomly: Drop = (x) => tf.dropout(x, dropout!.rate) as Map4;
  const { lengths, steps, rows } = batch;
  const run = { lengths, steps, batch: rows, saturation: saturationWeight !== 0, dropout };
  const { state: initial } = embed(network, parameters, batch, dropout);
  const banks = tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D;
  const { state, cost } = tapeRecurrence(network.spec, run, initial, banks, randomly);
  const targets = tf.oneHot(tf.tensor1d(batch.target, "int32"), network.symbols.length + 1);
  const crossEntropy = tf.losses.softmaxCrossEntropy(targets, readOut(network, parameters, state));
  return run.saturation
    ? tf.add(crossEntropy, tf.mul(cost, saturationWeight)) as tf.Scalar
    : crossEntropy as tf.Scalar;
}
