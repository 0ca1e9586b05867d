/** Recurrences applied to random inputs, for the tests that compare implementations. */
import { read } from "../../lib/engine/device.ts";
import type { RecurrenceRun } from "../../lib/engine/run.ts";
import { assert, assertEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import type { Random } from "../../lib/random.ts";
import type { recurrence } from "../../lib/engine/recurrence.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";

/** A recurrence with all that it is applied to. */
export interface Case {
  readonly spec: RecurrenceSpec;
  readonly run: RecurrenceRun;
  readonly positions: number;
  readonly initial: Float32Array;
  readonly parameters: Float32Array;
}

const fill = (size: number, random: Random, reach: number) =>
  Float32Array.from({ length: size }, () => reach * (2 * random.uniform() - 1));

/** Random inputs, with parameters not so large that rounding would grow from step to step. */
export function caseOf(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  random: Random,
  positions = Math.max(...run.lengths),
): Case {
  const { width, maps, kernel_width, kernel_length } = spec;
  const states = fill(run.lengths.length * width * positions * maps, random, 1);
  const initial = withoutPadding({ spec, run, positions }, states);
  const reach = 1.4 / Math.sqrt(kernel_width * kernel_length * maps / 3);
  return { spec, run, positions, initial, parameters: fill(recurrenceSize(spec), random, reach) };
}

/** States of the case's rows, zero beyond their lengths: an initial state is so, and no gradient is defined there. */
function withoutPadding(
  { spec, run, positions }: Pick<Case, "spec" | "run" | "positions">,
  states: Float32Array,
) {
  const { width, maps } = spec;
  return states.map((value, i) => {
    const [row, k] = [Math.floor(i / (width * positions * maps)), Math.floor(i / maps) % positions];
    return k < run.lengths[row]! ? value : 0;
  });
}

const shapeOf = ({ spec, run, positions }: Case): [number, number, number, number] => [
  run.lengths.length,
  spec.width,
  positions,
  spec.maps,
];

/** The case's tensors for the time of `use`. */
export async function withInputs<T>(
  test: Case,
  use: (initial: tf.Tensor4D, parameters: tf.Tensor1D) => Promise<T> | T,
): Promise<T> {
  const [initial, parameters] = [tf.tensor4d(test.initial, shapeOf(test)), tf.tensor1d(test.parameters)];
  try {
    return await use(initial, parameters);
  } finally {
    tf.dispose([initial, parameters]);
  }
}

/** State, cost, and (beside the padding) the gradients of Σ state² + weight·cost with respect to the initial state and the parameters. */
export function valuesAndGradients(test: Case, op: typeof recurrence, weight = 3): Promise<Float32Array[]> {
  return withInputs(test, async (initial, parameters) => {
    let values!: tf.Tensor[];
    const gradients = tf.grads((initial, parameters) => {
      const { state, cost } = op(test.spec, test.run, initial as tf.Tensor4D, parameters as tf.Tensor1D);
      values = [tf.keep(state.clone()), tf.keep(cost.clone())];
      return tf.add(tf.sum(tf.square(state)), tf.mul(cost, weight)) as tf.Scalar;
    })([initial, parameters]);
    const found = await Promise.all([...values, ...gradients].map(read));
    tf.dispose([...values, ...gradients]);
    found[2] = withoutPadding(test, found[2]!);
    return found;
  });
}

/** |a − b| / |b|, or |a| where b is zero. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  const norm = (of: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < b.length; i++) sum += of(i) ** 2;
    return Math.sqrt(sum);
  };
  return norm((i) => a[i]! - b[i]!) / (norm((i) => b[i]!) || 1);
}

/** The same bits on wasm; elsewhere the same up to the last digits, as kernels are chosen by shape. */
export function assertSame(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (tf.getBackend() === "wasm") assertEquals(Array.from(a), Array.from(b));
  else assert(difference(a, b) < 1e-5, `${difference(a, b)}`);
}

/** Dropout of any training step. */
export const dropout = { rate: 0.2, seed: 3, trainingStep: 5, firstExample: 8 } as const;

/** Noise of the same training step. */
export const noise = { scale: 0.3, seed: 3, trainingStep: 5, firstExample: 8 } as const;

/** One small shape for each cell. */
export const small: Record<string, RecurrenceSpec> = {
  "diagonal cells": {
    cell: "diagonal",
    maps: 6,
    width: 1,
    layers: 2,
    sets: 2,
    kernel_width: 1,
    kernel_length: 3,
    gate_cutoff: 0,
    state_levels: 0,
  },
  "CGRUs": {
    ...{ cell: "cgru", maps: 4, width: 2, layers: 2, sets: 1 },
    ...{ kernel_width: 3, kernel_length: 3, gate_cutoff: 0.1, state_levels: 0 },
  },
};
/** Rows of several lengths, with steps beyond them. */
export const mixed: RecurrenceRun = {
  lengths: [2, 4, 3],
  steps: [3, 5, 4],
  batch: 3,
  saturation: true,
  dropout: { ...dropout, on: "candidate" },
  noise,
};
/** Tensors that exist. */
export const tensors = () => tf.memory().numTensors;
