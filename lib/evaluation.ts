/** How often a model is right, by size and suite. */
import { type Backend, gigabytes, read } from "./backend.ts";
import type { Example } from "./dataset.ts";
import { tf } from "./deps.ts";
import { RunError } from "./errors.ts";
import { type Batch, encodeBatch, lengthOf } from "./model/batch.ts";
import { embed, type Network, readOut } from "./model/network.ts";
import { STATES_BY_TURNS } from "./recurrence/fused/forward.ts";
import { infer } from "./recurrence/inference.ts";
import { recurrenceSize } from "./recurrence/spec.ts";
import type { Pool } from "./workers/pool.ts";

/** Counts of what was right. */
export interface Score {
  /** Examples tried. */
  examples: number;
  /** Examples with every position right. */
  sequencesRight: number;
  /** Positions tried. */
  symbols: number;
  /** Positions right. */
  symbolsRight: number;
}

/** How a prediction reports and ends early. */
export interface PredictOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** How an evaluation runs. */
export interface ScoreOptions extends PredictOptions {
  /** The backend that runs. */
  readonly backend: Backend;
  /** The threads that run. */
  readonly pool: Pool;
  /** Steps beyond a row's length. */
  readonly extraSteps: number;
}

/** A network with its parameters on the device. */
export interface Loaded {
  /** What the parameters mean. */
  readonly network: Network;
  /** The flat vector. */
  readonly parameters: tf.Tensor1D;
}

/** Elements of a state that are computed at once: on the CPU what stays in its cache, on a GPU what fills it. */
const CHUNK = { cpu: 2 ** 16, wasm: 2 ** 16, webgpu: 2 ** 22 } as const;

/** Tensors of a state's size that a step of inference holds at once, with a margin. */
const STATES_HELD = 12;

/** How many of these are one tensor: the kernels on webgpu write all of theirs into one. */
const STATES_TOGETHER = { cpu: 1, wasm: 1, webgpu: STATES_BY_TURNS } as const;

/** Examples of one length that are computed together. */
function rowsAtOnce(network: Network, positions: number, backend: Backend): number {
  const { width, maps } = network.spec;
  return Math.max(1, Math.floor(CHUNK[backend.name] / (width * positions * maps)));
}

/** Throws a {@linkcode RunError} with the figure if an example of that length does not fit in memory. */
export function checkFits(network: Network, positions: number, backend: Backend): void {
  const state = 4 * network.spec.width * positions * network.spec.maps;
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

/** The symbol numbers that a model writes for a batch, `[rows × positions]`. Several models' outputs are averaged. */
export async function predict(
  models: readonly Loaded[],
  batch: Batch,
  options: PredictOptions,
): Promise<Float32Array> {
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
    const best = tf.tidy(() => tf.argMax(sum!, 1));
    const numbers = await read(best);
    best.dispose();
    return numbers;
  } finally {
    sum?.dispose();
  }
}

/** Batches that are encoded ahead. */
const BATCHES_AHEAD = 64;

/**
 * Counts what the models get right. Examples of equal length are computed together, in batches that fit and that are
 * spread over the pool.
 */
export async function score(
  models: readonly Loaded[],
  examples: readonly Example[],
  options: ScoreOptions,
): Promise<Score> {
  const { backend, pool, extraSteps, signal, onProgress } = options;
  const { network } = models[0]!;
  const byLength = Map.groupBy(examples, lengthOf);
  for (const length of byLength.keys()) checkFits(network, length, backend);
  const groups = [...byLength].flatMap(([length, group]) => {
    const most = rowsAtOnce(network, length, backend);
    return pieces(group, Math.min(most, Math.ceil(group.length / pool.size)));
  });
  const total: Score = { examples: 0, sequencesRight: 0, symbols: 0, symbolsRight: 0 };
  for (const some of pieces(groups, BATCHES_AHEAD)) {
    const batches = some.map((group) => encodeBatch(network.symbols, group, { extraSteps }));
    const done = batches.map(() => 0);
    const report = (task: number, share: number) => {
      done[task] = share * batches[task]!.rows;
      onProgress?.(done.reduce((sum, rows) => sum + rows, total.examples) / examples.length);
    };
    const written = await pool.run<Float32Array>({
      count: batches.length,
      here: (task) => predict(models, batches[task]!, { signal, onProgress: (share) => report(task, share) }),
      job: async () => ({
        kind: "predict",
        models: await Promise.all(models.map(async ({ network, parameters }) => ({
          network,
          parameters: await read(parameters),
        }))),
        batches,
      }),
      receive: ([numbers]) => numbers!,
      onProgress: report,
      signal,
    });
    batches.forEach((batch, task) => count(batch, written[task]!, total));
  }
  return total;
}

/** The items in their order, in pieces of at most `length`. */
function pieces<T>(items: readonly T[], length: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / length) },
    (_, i) => items.slice(i * length, (i + 1) * length),
  );
}

function count({ rows, positions, target }: Batch, numbers: ArrayLike<number>, total: Score): void {
  for (let row = 0; row < rows; row++) {
    let right = 0;
    for (let k = row * positions; k < (row + 1) * positions; k++) if (numbers[k] === target[k]) right++;
    total.symbolsRight += right;
    if (right === positions) total.sequencesRight++;
  }
  total.examples += rows;
  total.symbols += rows * positions;
}
