/** The training loss as a user of tfjs would write it, for its tape to differentiate. */
import { tf } from "../deps.ts";
import { embed, readOut } from "../engine/network.ts";
import { type Drop, referenceRecurrence } from "../engine/reference/recurrence.ts";
import type { Dropout } from "../engine/run.ts";
import type { Batch } from "../model/batch.ts";
import type { Network } from "../model/network.ts";
import { recurrenceSize } from "../model/recurrence_spec.ts";

/** Cross-entropy per position + weight × saturation cost, with tfjs's own dropout. */
export function tapeLoss(
  network: Network,
  parameters: tf.Tensor1D,
  batch: Batch,
  options: { readonly dropout: Dropout | undefined; readonly saturationWeight: number },
): tf.Scalar {
  const { dropout, saturationWeight } = options;
  const randomly: Drop = (units) => tf.dropout(units, dropout!.rate) as tf.Tensor4D;
  const { lengths, steps, rows } = batch;
  const run = { lengths, steps, batch: rows, saturation: saturationWeight !== 0, dropout };
  const { state: initial } = embed(network, parameters, batch, dropout);
  const banks = tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D;
  const { state, cost } = referenceRecurrence(network.spec, run, initial, banks, randomly);
  const targets = tf.oneHot(tf.tensor1d(batch.target, "int32"), network.symbols.length + 1);
  const crossEntropy = tf.losses.softmaxCrossEntropy(targets, readOut(network, parameters, state));
  return run.saturation
    ? tf.add(crossEntropy, tf.mul(cost, saturationWeight)) as tf.Scalar
    : crossEntropy as tf.Scalar;
}
