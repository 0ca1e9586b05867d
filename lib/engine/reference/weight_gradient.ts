import { tf } from "../../deps.ts";
import { bankSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** Rows of one product: long enough to be fast, short enough that its operands stay in the cache. */
const PRODUCT_ROWS = 4096;

/**
 * The gradients of all banks, summed over steps. What each step contributes is collected, and many steps make one
 * product inputᵀ·gradient: T small ones would be several times as slow. On wasm only untransposed products are fast,
 * so the input is transposed first. The number of steps per product depends on the shape of a row and the fixed rows
 * of a shard only, so that sums do not depend on how a batch is spread.
 */
export class WeightGradient {
  readonly #spec: RecurrenceSpec;
  /** By cell, the sums so far: one matrix `[filter rows + 1 for the bias, maps]` per bank. */
  readonly #sums: (tf.Tensor2D | undefined)[][];
  /** By cell, by bank: [inputs, gradients] not yet multiplied. */
  readonly #pending: { inputs: tf.Tensor4D[][]; gradients: tf.Tensor4D[][] }[];

  /** Starts at zero. */
  constructor(spec: RecurrenceSpec) {
    this.#spec = spec;
    const cells = spec.sets * spec.layers;
    this.#sums = Array.from({ length: cells }, () => [undefined, undefined, undefined]);
    this.#pending = Array.from({ length: cells }, () => empty());
  }

  /**
   * Adds one application of a cell: the state that its gates saw, the reset state that its candidate saw, and the
   * gradients of the three banks' outputs. Takes over all five tensors.
   */
  add(
    cell: number,
    state: tf.Tensor4D,
    resetState: tf.Tensor4D,
    gradients: readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D],
  ): void {
    const { inputs, gradients: outputs } = this.#pending[cell]!;
    inputs[0]!.push(tf.keep(state));
    inputs[1]!.push(tf.keep(resetState));
    gradients.forEach((gradient, bank) => outputs[bank]!.push(tf.keep(gradient)));
    if (inputs[0]!.length * state.size / this.#spec.maps >= PRODUCT_ROWS) this.#multiply(cell);
  }

  /** The gradient of the flat parameter vector, with factor `scales[bank]` on each bank. Frees everything else. */
  finish(scales: readonly number[]): tf.Tensor1D {
    this.#pending.forEach((_, cell) => this.#multiply(cell));
    return tf.tidy(() =>
      tf.concat1d(this.#sums.flatMap((banks) =>
        banks.map((sum, bank) => {
          if (sum === undefined) return tf.zeros([bankSize(this.#spec)]) as tf.Tensor1D;
          const scaled = tf.reshape(tf.mul(sum, scales[bank]!), [-1]) as tf.Tensor1D;
          sum.dispose();
          return scaled;
        })
      ))
    );
  }

  #multiply(cell: number): void {
    const { inputs, gradients } = this.#pending[cell]!;
    if (inputs[0]!.length === 0) return;
    const sums = this.#sums[cell]!;
    this.#sums[cell] = tf.tidy(() => {
      const frame = frameOf(this.#spec, inputs[0]![0]!.shape);
      const state = views(frame, inputs[0]!);
      const resetState = views(frame, inputs[1]!);
      return [state, state, resetState].map((rows, bank) => {
        const product: tf.Tensor2D = tf.matMul(rows, inner(frame, gradients[bank]!));
        const sum = sums[bank];
        return tf.keep(sum === undefined ? product : tf.add(sum, product) as tf.Tensor2D);
      });
    });
    tf.dispose([sums.filter((sum) => sum !== undefined), inputs, gradients]);
    this.#pending[cell] = empty();
  }
}

function empty(): { inputs: tf.Tensor4D[][]; gradients: tf.Tensor4D[][] } {
  return { inputs: [[], []], gradients: [[], [], []] };
}

/** The states of several steps, one after the other. */
function joined(states: tf.Tensor4D[]): tf.Tensor4D {
  return states.length === 1 ? states[0]! : tf.concat(states, 0);
}

/**
 * States are framed with zeros, so that what a filter's tap sees is the framed states moved as a whole by some
 * places: one block copy, where cutting views out of every row is slow.
 */
interface Frame {
  /** Zeros before and after each axis of `[rows, width, positions, maps]`. */
  readonly pads: [number, number][];
  /** Places from a framed position to what each tap of the filter sees there. */
  readonly taps: number[];
  /** Places before the first unframed position, which are as many as after the last. */
  readonly margin: number;
}

function frameOf(spec: RecurrenceSpec, [, , positions]: [number, number, number, number]): Frame {
  const [above, before] = [(spec.kernel_width - 1) / 2, (spec.kernel_length - 1) / 2];
  const line = positions + 2 * before;
  const taps: number[] = [];
  for (let dy = -above; dy <= above; dy++) {
    for (let dx = -before; dx <= before; dx++) taps.push(dy * line + dx);
  }
  return { pads: [[0, 0], [above, above], [before, before], [0, 0]], taps, margin: above * line + before };
}

/** All states, framed: `[places, maps]`. */
function framed({ pads }: Frame, states: tf.Tensor4D[]): tf.Tensor2D {
  const all = joined(states);
  return tf.reshape(tf.pad(all, pads), [-1, all.shape[3]]);
}

/** The framed gradients without the margins, `[places, maps]`. */
function inner(frame: Frame, gradients: tf.Tensor4D[]): tf.Tensor2D {
  const places = framed(frame, gradients);
  return tf.slice(places, [frame.margin, 0], [places.shape[0] - 2 * frame.margin, places.shape[1]]);
}

/** Row (tap, map) holds that map as the filter's tap sees it from each place; a last row of ones is for the bias. */
function views(frame: Frame, states: tf.Tensor4D[]): tf.Tensor2D {
  const byMap = tf.transpose(framed(frame, states));
  const [maps, places] = byMap.shape;
  const count = places - 2 * frame.margin;
  const rows = frame.taps.map((tap) => tf.slice(byMap, [0, frame.margin + tap], [maps, count]));
  return tf.concat([...rows, tf.ones([1, count]) as tf.Tensor2D], 0);
}
