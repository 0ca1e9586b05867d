/** The shares that models give to each symbol at each position of a batch, and what follows from them at once. */
import { type Backend, gigabytes, read } from "./backend.ts";
import { tf } from "../deps.ts";
import { RunError, UsageError } from "../errors.ts";
import type { Batch } from "../model/batch.ts";
import type { Model } from "../model/model.ts";
import { embed, type Network, readOut } from "./reference/network.ts";
import { winnersOf } from "../evaluation/prediction.ts";
import { infer } from "./inference.ts";
import { recurrenceSize } from "../model/recurrence_spec.ts";
import { STATES_BY_TURNS } from "./webgpu/forward.ts";
import { quadsOf } from "./webgpu/wgsl.ts";
import { judgeShares } from "../evaluation/verdict.ts";
import type { TaskResult } from "./workers/job.ts";

/** A network with its parameters on the device. */
export interface Loaded {
  /** What the parameters mean. */
  readonly network: Network;
  /** The flat vector. */
  readonly parameters: tf.Tensor1D;
}

/** How a prediction reports and ends early. */
export interface PredictOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Elements of a state that are computed at once: on the CPU what stays in its cache, on a GPU what fills it. */
const CHUNK = { cpu: 2 ** 16, wasm: 2 ** 16, webgpu: 2 ** 22 } as const;

/** Tensors of a state's size that a step of inference holds at once, with a margin. */
const STATES_HELD = 12;

/** How many of these are one tensor: the kernels on webgpu write all of theirs into one. */
const STATES_TOGETHER = { cpu: 1, wasm: 1, webgpu: STATES_BY_TURNS } as const;

/** Elements of a row's state: the kernels on webgpu have maps by the four. */
function stateElements({ spec }: Network, positions: number, { name }: Backend): number {
  const maps = name === "webgpu" ? 4 * quadsOf(spec) : spec.maps;
  return spec.width * positions * maps;
}

/** Examples of one length that are computed together, by one model after the other. */
export function rowsAtOnce(
  models: readonly Pick<Loaded, "network">[],
  positions: number,
  backend: Backend,
): number {
  const largest = Math.max(...models.map(({ network }) => stateElements(network, positions, backend)));
  return Math.max(1, Math.floor(CHUNK[backend.name] / largest));
}

/** Throws a {@linkcode UsageError} unless the outputs of the models can be averaged. */
export function checkAlike(models: readonly { readonly model: Model; readonly name: string }[]): void {
  const { problem, configuration } = models[0]!.model;
  for (const { model, name } of models) {
    if (
      model.problem.symbols !== problem.symbols ||
      model.configuration.extra_steps !== configuration.extra_steps
    ) {
      throw new UsageError(
        `Cannot average ${models[0]!.name} with ${name}: their alphabets or extra steps differ`,
      );
    }
  }
}

/** Throws a {@linkcode RunError} with the figure if an example of that length does not fit in memory. */
export function checkFits(network: Network, positions: number, backend: Backend): void {
  const state = 4 * stateElements(network, positions, backend);
  const largest = state * STATES_TOGETHER[backend.name];
  const { tensor, total } = backend.memory;
  if (largest > tensor || state * STATES_HELD > total) {
    throw new RunError(
      `Cannot evaluate a row of ${positions} positions on ${backend.name}: it needs ${
        gigabytes(largest)
      } in one ` +
        `tensor and ${gigabytes(state * STATES_HELD)} in all, expected at most ${gigabytes(tensor)} and ${
          gigabytes(total)
        }`,
    );
  }
}

/** The symbol numbers that models write for a batch, `[rows × positions]`. Several models' outputs are averaged. */
export async function predict(
  models: readonly Loaded[],
  batch: Batch,
  options: PredictOptions,
): Promise<ArrayLike<number>> {
  return await withShares(models, batch, options, async (shares) => {
    const best = tf.tidy(() => tf.argMax(shares, 1));
    const numbers = await read(best);
    best.dispose();
    return numbers;
  });
}

/**
 * The verdicts on a batch whose rows are all of its length, as {@linkcode judgeShares} yields them, and where it is asked
 * for what was written, as {@linkcode winnersOf} does.
 */
export async function judgeBatch(
  models: readonly Loaded[],
  batch: Batch,
  predicts: boolean,
  options: PredictOptions,
): Promise<TaskResult> {
  return await withShares(models, batch, options, async (tensor) => {
    const shares = await read(tensor);
    const verdicts = judgeShares(batch, shares);
    return predicts ? [verdicts, ...winnersOf(batch, shares, models.length)] : [verdicts];
  });
}

/** What `use` makes of the sum of the models' shares for each symbol, `[rows × positions, symbols + 1]`. */
async function withShares<T>(
  models: readonly Loaded[],
  batch: Batch,
  options: PredictOptions,
  use: (shares: tf.Tensor2D) => Promise<T>,
): Promise<T> {
  let sum: tf.Tensor2D | undefined;
  try {
    for (const [index, { network, parameters }] of models.entries()) {
      const [initial, banks] = tf.tidy(() => [
        embed(network, parameters, batch).state,
        tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D,
      ]);
      let state: tf.Tensor4D | undefined;
      try {
        state = await infer(network.spec, batch, initial, banks, {
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
