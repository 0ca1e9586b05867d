import { tf } from "../../deps.ts";
import { type Activation, activations } from "./activations.ts";
import { BANKS, bankSize, filterSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** A filter `[kernel_width, kernel_length, maps, maps]` and its bias `[maps]`, scaled for its activation. */
export interface Bank {
  /** The convolution's filter. */
  readonly filter: tf.Tensor4D;
  /** Added to every position. */
  readonly bias: tf.Tensor1D;
}

/** The banks of one cell. */
export type CellBanks = readonly [reset: Bank, gate: Bank, candidate: Bank];

/** The activation of each bank, in their order. */
export function bankActivations(spec: RecurrenceSpec): readonly [Activation, Activation, Activation] {
  const { gate, candidate } = activations(spec);
  return [gate, gate, candidate];
}

/** Cuts the flat parameter vector into banks. The cell of layer l at step t is number (t mod sets)·layers + l. */
export function cutBanks(spec: RecurrenceSpec, parameters: tf.Tensor1D): CellBanks[] {
  const { kernel_width, kernel_length, maps } = spec;
  const cutBank = (cell: number, bank: number, { scale, offset }: Activation): Bank => {
    const start = (cell * BANKS.length + bank) * bankSize(spec);
    const filter = tf.slice(parameters, start, filterSize(spec));
    const bias = tf.slice(parameters, start + filterSize(spec), maps);
    return {
      filter: tf.mul(tf.reshape(filter, [kernel_width, kernel_length, maps, maps]), scale),
      bias: tf.add(tf.mul(bias, scale), offset),
    };
  };
  const [reset, gate, candidate] = bankActivations(spec);
  return Array.from({ length: spec.sets * spec.layers }, (_, cell) => [
    cutBank(cell, 0, reset),
    cutBank(cell, 1, gate),
    cutBank(cell, 2, candidate),
  ]);
}

/** The filter whose convolution takes the gradient of an output back to the input. */
export function flipped(filter: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
}
