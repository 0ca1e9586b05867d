/** Computes the shares that models give to each symbol at each position of a batch, and judges them. */
import { tf } from "../deps.ts";
import type { Batch } from "../model/batch.ts";
import type { Network, Weights } from "../model/network.ts";
import { recurrenceSize } from "../model/recurrence_spec.ts";
import { read } from "./device.ts";
import { infer, statesOf } from "./inference.ts";
import { judgeShares, winnersOf } from "./judge.ts";
import type { Kernels } from "./kernels.ts";
import { embed, readOut } from "./network.ts";

/** A network with its parameters on the device. */
interface Loaded {
  readonly network: Network;
  readonly parameters: tf.Tensor1D;
}

/** The numbers of the verdicts on a batch and, where they are asked for, the symbols that were written. */
export type Judged = readonly Float32Array[];

/** Returns what `use` computes of networks with their parameters on the device, and frees these. */
export async function withLoaded<T>(
  weights: readonly Weights[],
  use: (loaded: readonly Loaded[]) => Promise<T>,
): Promise<T> {
  const loaded = weights.map(({ network, parameters }) => ({ network, parameters: tf.tensor1d(parameters) }));
  try {
    return await use(loaded);
  } finally {
    tf.dispose(loaded.map(({ parameters }) => parameters));
  }
}

/** Options of a prediction. */
export interface PredictOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The symbol numbers that models write for a batch, `[rows × positions]`. Several models' outputs are averaged. */
export async function predict(
  kernels: Kernels,
  models: readonly Loaded[],
  batch: Batch,
  options: PredictOptions,
): Promise<ArrayLike<number>> {
  return await withShares(kernels, models, batch, options, async (shares) => {
    const best = tf.tidy(() => tf.argMax(shares, 1));
    const numbers = await read(best);
    best.dispose();
    return numbers;
  });
}

/**
 * The verdicts on a batch whose examples all have its length, in the form of {@linkcode judgeShares}, and where
 * `predicts` is true the symbols that were written, in the form of {@linkcode winnersOf}.
 */
export async function judgeBatch(
  kernels: Kernels,
  models: readonly Loaded[],
  batch: Batch,
  predicts: boolean,
  options: PredictOptions,
): Promise<Judged> {
  return await withShares(kernels, models, batch, options, async (tensor) => {
    const shares = await read(tensor);
    const verdicts = judgeShares(batch, shares);
    return predicts ? [verdicts, ...winnersOf(batch, shares, models.length)] : [verdicts];
  });
}

/** The states of a model for a batch of one row, `[width, positions, maps]`, from the initial one to the last. */
export async function* trace(
  kernels: Kernels,
  { network, parameters }: Loaded,
  batch: Batch,
  signal: AbortSignal | undefined,
): AsyncGenerator<Float32Array> {
  const inputs = startOf(network, parameters, batch);
  try {
    yield* statesOf(kernels, network.spec, batch, ...inputs, signal);
  } finally {
    tf.dispose(inputs);
  }
}

/** The initial state and the parameters of the recurrence. */
function startOf(network: Network, parameters: tf.Tensor1D, batch: Batch): [tf.Tensor4D, tf.Tensor1D] {
  return tf.tidy(() => [
    embed(network, parameters, batch).state,
    tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D,
  ]);
}

/** Returns what `use` computes of the sum of the models' shares for each symbol, `[rows × positions, symbols + 1]`. */
async function withShares<T>(
  kernels: Kernels,
  models: readonly Loaded[],
  batch: Batch,
  options: PredictOptions,
  use: (shares: tf.Tensor2D) => Promise<T>,
): Promise<T> {
  let sum: tf.Tensor2D | undefined;
  try {
    for (const [index, { network, parameters }] of models.entries()) {
      const [initial, banks] = startOf(network, parameters, batch);
      let state: tf.Tensor4D | undefined;
      try {
        state = await infer(kernels, network.spec, batch, initial, banks, {
          signal: options.signal,
          onStep: (done, steps) => options.onProgress?.((index + done / steps) / models.length),
        });
        const before: tf.Tensor2D | undefined = sum;
        sum = tf.tidy(() => {
          const output = tf.softmax(readOut(network, parameters, state!));
          return before === undefined ? output : tf.add(before, output) as tf.Tensor2D;
        });
        before?.dispose();
      } finally {
        tf.dispose([initial, banks, ...(state ? [state] : [])]);
      }
    }
    return await use(sum!);
  } finally {
    sum?.dispose();
  }
}
