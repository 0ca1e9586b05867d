/** The model as a function of its parameters, in tfjs operations: embedding, recurrence, logits and loss. */
import { tf } from "../deps.ts";
import { type Batch, PAD } from "../model/batch.ts";
import type { Network } from "../model/network.ts";
import { SATURATION_LIMIT } from "../cells/saturation.ts";
import { cellOf } from "../cells/table.ts";
import { recurrenceSize } from "../model/recurrence_spec.ts";
import { dropoutMask, INPUT_LAYER } from "./dropout.ts";
import { GRADIENT_METRICS, type GradientMetric } from "./metrics.ts";
import { oneHot } from "./one_hot.ts";
import type { Recurrence } from "./operation.ts";
import type { Dropout } from "./run.ts";
import type { StepOptions } from "./step.ts";

/** The loss of a batch, or a shard's part of it. */
export interface StepOutcome {
  /** Cross-entropy per position + weight × saturation cost. */
  readonly loss: tf.Scalar;
  /** In the order of `GRADIENT_METRICS`. */
  readonly metrics: tf.Tensor1D;
}

/** The state before the first step, `[rows, width, positions, maps]`, and the embedding's own saturation cost. */
export function embed(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  dropout?: Dropout,
): { state: tf.Tensor4D; pre: tf.Tensor4D } {
  const { spec, symbols } = network;
  const { rows, positions } = batch;
  const { frame } = cellOf(spec).cell;
  // PAD embeds to zero in the CGRU model, as in the code of Kaiser & Sutskever.
  const symbolsIn = oneHot(batch.input, symbols.length + 1, frame === "cgru" ? PAD : undefined);
  const projected = tf.matMul(symbolsIn, entry(network, parameters, "embedding.weight"));
  const shape: [number, number, number, number] = [rows, 1, positions, spec.maps];
  if (frame === "cgru") {
    const column: tf.Tensor4D = tf.reshape(projected, shape);
    return { state: tf.pad(column, [[0, 0], [0, spec.width - 1], [0, 0], [0, 0]]), pre: column };
  }
  const pre: tf.Tensor4D = tf.reshape(tf.add(projected, entry(network, parameters, "embedding.bias")), shape);
  let state: tf.Tensor4D = tf.clipByValue(pre, -1, 1);
  if (dropout?.on === "candidate") state = tf.mul(state, dropoutMask(dropout, INPUT_LAYER, 0, shape));
  const mask = rowMask(batch);
  return {
    state: mask === undefined ? state : tf.mul(state, tf.reshape(mask, [rows, 1, positions, 1])),
    pre,
  };
}

/** Logits from a state's first column: `[rows × positions, symbols + 1]`. */
export function readOut(network: Network, parameters: tf.Tensor1D, state: tf.Tensor4D): tf.Tensor2D {
  const [rows, width, positions, maps] = state.shape;
  const column = width === 1 ? state : tf.slice(state, [0, 0, 0, 0], [rows, 1, positions, maps]);
  const logits: tf.Tensor2D = tf.matMul(
    tf.reshape(column, [-1, maps]),
    entry(network, parameters, "output.weight"),
  );
  return cellOf(network.spec).cell.frame === "cgru"
    ? logits
    : tf.add(logits, entry(network, parameters, "output.bias"));
}

/** The loss of a batch, differentiable in `parameters`, with the recurrence of an engine. */
export function trainingLoss(
  recurrence: Recurrence,
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: StepOptions,
): StepOutcome {
  const { rows, positions, lengths, steps } = batch;
  const { totals, dropout, noise, rounds } = options;
  const { state: initial, pre } = embed(network, parameters, batch, dropout);
  const banks = tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D;
  const wanted = options.saturationWeight !== 0;
  const run = { lengths, steps, batch: totals.rows, saturation: wanted, dropout, noise, rounds };
  const { state, cost } = recurrence(network.spec, run, initial, banks);
  const logits = readOut(network, parameters, state);

  const mask = rowMask(batch);
  const targets = oneHot(batch.target, network.symbols.length + 1);
  const surprise = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1));
  const counted = mask === undefined ? surprise : tf.mul(surprise, mask);
  const crossEntropy = tf.div(tf.sum(counted), totals.positions) as tf.Scalar;

  let saturation = cost;
  if (wanted && network.embeddingSaturation) {
    saturation = tf.add(saturation, embeddingExcess(pre, batch, totals.rows)) as tf.Scalar;
  }
  const loss = wanted
    ? tf.add(crossEntropy, tf.mul(saturation, options.saturationWeight)) as tf.Scalar
    : crossEntropy;

  const right = tf.cast(tf.equal(tf.argMax(logits, 1), tf.tensor1d(batch.target, "int32")), "float32");
  const rightOrPadding = mask === undefined ? right : tf.maximum(right, tf.sub(1, mask));
  const sequences = tf.sum(tf.min(tf.reshape(rightOrPadding, [rows, positions]), 1));
  const symbols = tf.sum(mask === undefined ? right : tf.mul(right, mask));
  const metrics: Record<GradientMetric, tf.Tensor> = {
    loss: crossEntropy,
    sequences_right: sequences,
    symbols_right: symbols,
    saturation,
  };
  const inOrder = Object.keys(GRADIENT_METRICS).map((name) => metrics[name as GradientMetric]);
  return { loss, metrics: tf.stack(inOrder) as tf.Tensor1D };
}

/** Σ relu(|pre| − 0.9) of the embedding, times the row's length, over length²·batch (code of Freivalds & Liepins). */
function embeddingExcess(pre: tf.Tensor4D, batch: Batch, totalRows: number): tf.Tensor {
  const weights = new Float32Array(batch.rows * batch.positions);
  batch.lengths.forEach((length, row) => {
    weights.fill(1 / (length * totalRows), row * batch.positions, row * batch.positions + length);
  });
  const excess = tf.relu(tf.sub(tf.abs(pre), SATURATION_LIMIT));
  return tf.sum(tf.mul(excess, tf.tensor4d(weights, [batch.rows, 1, batch.positions, 1])));
}

/** A part of the flat vector, in its own shape. */
export function entry(network: Network, parameters: tf.Tensor1D, name: string): tf.Tensor2D {
  const { offset, size, shape } = network.table.find((entry) => entry.name === name)!;
  return tf.reshape(tf.slice(parameters, offset, size), shape as [number, number]);
}

/** `[rows × positions]`: 1 within a row's length, 0 beyond it; absent where all rows have the full length. */
function rowMask(batch: Batch): tf.Tensor1D | undefined {
  if (batch.lengths.every((length) => length === batch.positions)) return undefined;
  const mask = new Float32Array(batch.rows * batch.positions);
  batch.lengths.forEach((length, row) => mask.fill(1, row * batch.positions, row * batch.positions + length));
  return tf.tensor1d(mask);
}
