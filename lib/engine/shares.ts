/** Judges and asks models by the shares that they give to each symbol at each position of a batch. */
import type { Batch } from "../model/batch.ts";
import type { Weights } from "../model/network.ts";
import { judgeShares, winnersOf } from "./judge.ts";

/** Options of a prediction. */
export interface PredictOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A model whose parameters are on the device, for inference. */
export interface LoadedModel {
  /** The share of each symbol at each position of a batch, `[rows × positions, symbols + 1]`. */
  shares(batch: Batch, options: PredictOptions): Promise<Float32Array>;
  /** The states for a batch of one row, `[width, positions, maps]`, from the initial one to the last. */
  states(batch: Batch, signal: AbortSignal | undefined): AsyncGenerator<Float32Array>;
  /** Frees the parameters. */
  dispose(): void;
}

/** The numbers of the verdicts on a batch and, where they are asked for, the symbols that were written. */
export type Judged = readonly Float32Array[];

/** Returns what `use` computes of models on the device, and frees these. */
export async function withLoaded<T>(
  { load }: { load(weights: Weights): LoadedModel },
  weights: readonly Weights[],
  use: (loaded: readonly LoadedModel[]) => Promise<T>,
): Promise<T> {
  const loaded = weights.map((own) => load(own));
  try {
    return await use(loaded);
  } finally {
    loaded.forEach((model) => model.dispose());
  }
}

/** The symbol numbers that models write for a batch, `[rows × positions]`. Several models' outputs are averaged. */
export async function predict(
  models: readonly LoadedModel[],
  batch: Batch,
  options: PredictOptions,
): Promise<Float32Array> {
  const [written] = winnersOf(batch, await sharesOf(models, batch, options), models.length);
  return written;
}

/**
 * The verdicts on a batch whose examples all have its length, in the form of {@linkcode judgeShares}, and where
 * `predicts` is true the symbols that were written, in the form of {@linkcode winnersOf}.
 */
export async function judgeBatch(
  models: readonly LoadedModel[],
  batch: Batch,
  predicts: boolean,
  options: PredictOptions,
): Promise<Judged> {
  const shares = await sharesOf(models, batch, options);
  const verdicts = judgeShares(batch, shares);
  return predicts ? [verdicts, ...winnersOf(batch, shares, models.length)] : [verdicts];
}

/** The sum of the models' shares for each symbol, `[rows × positions, symbols + 1]`. */
async function sharesOf(
  models: readonly LoadedModel[],
  batch: Batch,
  { signal, onProgress }: PredictOptions,
): Promise<Float32Array> {
  let sum: Float32Array | undefined;
  for (const [index, model] of models.entries()) {
    const own = await model.shares(batch, {
      signal,
      onProgress: (share) => onProgress?.((index + share) / models.length),
    });
    sum = sum?.map((value, i) => value + own[i]!) ?? own;
  }
  return sum!;
}
