import { cellOf } from "../cells/table.ts";
import { recurrenceSize, type RecurrenceSpec } from "../model/recurrence_spec.ts";
import { runningKernels } from "./backends.ts";
import type { RecurrenceRun } from "./run.ts";
import { type Scalar, type Tensor1D, type Tensor4D, tf } from "./tensorflow.ts";

/** What {@linkcode recurrence} yields. */
export interface RecurrenceResult {
  /** The state after each row's last step, `[batch, width, positions, maps]`. */
  readonly state: Tensor4D;
  /**
   * The saturation cost of Freivalds & Liepins 2017: the sum of relu(|p| − 0.9) over the pre-activations p of all gates
   * and candidates within the rows' lengths, divided by length² · `run.batch`. 0 where `run.saturation` is false.
   */
  readonly cost: Scalar;
}

/**
 * Applies the recurrence of a Neural GPU to a batch of states, as an operation of TensorFlow.js with a gradient. It lets
 * programs put an embedding, a read-out and a loss of their own around the recurrence, and train them with `tf.grads`,
 * `tf.variableGrads` or the optimizers of TensorFlow.js. It runs on the backend that {@linkcode startBackend} has started,
 * much faster than the same formulas in operations of TensorFlow.js.
 *
 * A state s is an array `[width, positions, maps]` for each row of the batch. A cell makes of it, with gates r and g and a
 * candidate c,
 *
 *     r = gate(conv(s, Wr) + br)    g = gate(conv(s, Wg) + bg)    c = act(conv(r ⊙ s, Wc) + bc)
 *     s' = g ⊙ shift(s) + (1 − g) ⊙ c
 *
 * where conv pads with zeros. A step applies `spec.layers` cells in turn. There are two kinds of cells, besides those of
 * one's own (see {@linkcode defineCell}):
 *
 * - `cgru` (Kaiser & Sutskever 2015, section 2): gate is a sigmoid, cut off as `spec.gate_cutoff` says, act is tanh, and
 *   shift changes nothing.
 * - `diagonal` (Freivalds & Liepins 2017): gate(x) is x/2 + 1/2 clipped to 0 to 1, act(x) is x clipped to −1 to 1, and shift
 *   moves the first third of the maps to the next position, the second third to the one before, and leaves the others.
 *
 * @param spec The shape of the recurrence.
 * @param run The length and the number of steps of each row, and what training adds.
 * @param initial The state before the first step, `[batch, width, positions, maps]`. It must be 0 beyond a row's length;
 * its gradient is not defined there.
 * @param parameters All filters and biases in one vector of `recurrenceSize(spec)` elements: set by set and layer by
 * layer, for each bank of the cell (r, g and c) its filter `[kernel_width, kernel_length, maps, maps]`, then its bias `[maps]`.
 * @returns The state after the last steps, and the saturation cost. Gradients of one call can be computed once.
 * @throws {Error} If the spec is none of a recurrence, a shape does not fit, or a row is longer than the state.
 *
 * @example Learn to fill a state with ones
 * ```ts
 * import { Random, recurrence, recurrenceSize, startBackend, type Tensor4D, tf } from "@neural-gpu/neural-gpu";
 * import { assertLess } from "@std/assert";
 *
 * await startBackend("wasm");
 * const spec = {
 *   cell: "diagonal",
 *   maps: 6,
 *   width: 1,
 *   layers: 1,
 *   sets: 1,
 *   kernel_width: 1,
 *   kernel_length: 3,
 *   gate_cutoff: 0,
 *   state_levels: 0,
 * } as const;
 * const run = { lengths: [5, 4], steps: [5, 4], batch: 2, saturation: false };
 * const random = new Random(1, "parameters");
 * const parameters = tf.variable(
 *   tf.tensor1d(Float32Array.from({ length: recurrenceSize(spec) }, () => 0.2 * random.normal())),
 * );
 * const initial = tf.zeros([2, 1, 5, 6]) as Tensor4D;
 *
 * const optimizer = tf.train.adam(0.05);
 * const losses: number[] = [];
 * for (let step = 0; step < 20; step++) {
 *   const loss = optimizer.minimize(() => {
 *     const { state } = recurrence(spec, run, initial, parameters);
 *     return tf.mean(tf.squaredDifference(state, 1));
 *   }, true);
 *   losses.push((await loss!.data())[0]!);
 * }
 * assertLess(losses.at(-1)!, losses[0]! / 2);
 * ```
 */
export function recurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: Tensor4D,
  parameters: Tensor1D,
): RecurrenceResult {
  checkShapes(spec, run, initial, parameters);
  return runningKernels().recurrence(spec, run, initial, parameters);
}

/** The least values of the whole numbers that make up a shape. */
const LEAST = {
  maps: 1,
  width: 1,
  layers: 1,
  sets: 1,
  kernel_width: 1,
  kernel_length: 1,
  state_levels: 0,
} as const;

/** Throws unless the shapes fit: kernels read and write memory by these numbers. */
function checkShapes(
  spec: RecurrenceSpec,
  { lengths, steps }: RecurrenceRun,
  initial: Tensor4D,
  parameters: Tensor1D,
): void {
  const [rows, , positions] = initial.shape;
  for (const [name, least] of Object.entries(LEAST)) {
    const value = spec[name as keyof typeof LEAST];
    tf.util.assert(
      Number.isInteger(value) && value >= least,
      () => `recurrence: ${name} is ${value}, expected a whole number of at least ${least}`,
    );
  }
  for (const name of ["kernel_width", "kernel_length"] as const) {
    tf.util.assert(
      spec[name] % 2 === 1,
      () => `recurrence: ${name} is ${spec[name]}, expected an odd number`,
    );
  }
  tf.util.assert(
    typeof spec.cell !== "string" || spec.cell === "diagonal" || spec.cell === "cgru",
    () => `recurrence: cell is ${spec.cell}, expected diagonal, cgru or the data of another`,
  );
  cellOf(spec); // throws where a cell of the caller's own is none
  const check = (what: string, found: readonly number[], expected: readonly number[]) =>
    tf.util.assert(
      `${found}` === `${expected}`,
      () => `recurrence: ${what} has shape [${found}], expected [${expected}]`,
    );
  check("the initial state", initial.shape, [rows, spec.width, positions, spec.maps]);
  check("the vector of parameters", parameters.shape, [recurrenceSize(spec)]);
  check("lengths", [lengths.length], [rows]);
  check("steps", [steps.length], [rows]);
  const long = lengths.find((length) => !(Number.isInteger(length) && length >= 1 && length <= positions));
  tf.util.assert(long === undefined, () => `recurrence: a length is ${long}, expected 1 to ${positions}`);
  const odd = steps.find((own) => !(Number.isInteger(own) && own >= 1));
  tf.util.assert(odd === undefined, () => `recurrence: a number of steps is ${odd}, expected 1 or more`);
}
