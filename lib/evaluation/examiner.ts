/** How often a model is right, by size and suite. */
import { chunk } from "../deps.ts";
import type { Engine } from "../engine/engine.ts";
import type { Weights } from "../engine/shares.ts";
import type { Example } from "../problems/dataset.ts";
import { encodeBatch, lengthOf } from "../model/batch.ts";
import { type Prediction, readPredictions } from "./prediction.ts";
import { isRight, readVerdicts, type Verdict } from "./verdict.ts";

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

/** How an evaluation runs. */
export interface ScoreOptions {
  /** What computes. */
  readonly engine: Engine;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Steps beyond a row's length. */
  readonly extraSteps: number;
  /** Verdicts on the first examples, where an earlier evaluation was cut off: they are not tried again. */
  readonly earlier?: readonly Verdict[] | undefined;
  /** Gets all verdicts so far, the earlier ones among them, whenever a slice of the examples is done. */
  readonly onVerdicts?: ((verdicts: readonly Verdict[]) => void | Promise<void>) | undefined;
  /** Gets what was predicted for a slice of the examples, in their order. Without it that is not even looked at. */
  readonly onPredictions?: ((predictions: readonly Prediction[]) => void | Promise<void>) | undefined;
}

/** Batches that are encoded ahead. */
const BATCHES_AHEAD = 64;

/**
 * Tries examples, in slices of bounded work and memory: those of equal length in batches that fit, spread over the
 * pool. Verdicts add up from call to call, and begin with those of an earlier evaluation.
 */
export class Examiner {
  readonly #models: readonly Weights[];
  readonly #total: number;
  readonly #options: ScoreOptions;
  readonly #verdicts: Verdict[] = [];

  /** Of models, for `total` examples in all. */
  constructor(models: readonly Weights[], total: number, options: ScoreOptions) {
    this.#models = models;
    this.#total = total;
    this.#options = options;
  }

  /** The verdicts on the examples, in their order. Those of equal length should stand together. */
  async try(examples: readonly Example[]): Promise<Verdict[]> {
    for (const length of new Set(examples.map(lengthOf))) {
      for (const { network } of this.#models) this.#options.engine.checkInferenceFits(network, length);
    }
    const start = this.#verdicts.length;
    const known = this.#options.earlier?.slice(start, start + examples.length) ?? [];
    for (const verdict of known) this.#verdicts.push(verdict);
    for (const slice of this.#slices(examples.slice(known.length))) {
      for (const verdict of await this.#judge(slice)) this.#verdicts.push(verdict);
      await this.#options.onVerdicts?.([...this.#verdicts]);
    }
    return this.#verdicts.slice(start);
  }

  /** Examples of any lengths in pieces of about the same work, each enough for every thread. */
  *#slices(examples: readonly Example[]): Generator<Example[]> {
    const { engine, extraSteps } = this.#options;
    const networks = this.#models.map(({ network }) => network);
    const products = networks.reduce(
      (sum, { spec }) => sum + spec.width * spec.maps ** 2,
      0,
    );
    let slice: Example[] = [];
    let share = 0;
    for (const example of examples) {
      const length = lengthOf(example);
      const batch = engine.examplesTogether(networks, length);
      const work = products * length * (length + extraSteps);
      const most = Math.min(engine.products / work, batch * BATCHES_AHEAD);
      slice.push(example);
      share += 1 / Math.max(most, batch * engine.threads);
      if (share < 1 - 1e-6) continue; // whole batches, though shares are rounded
      yield slice;
      [slice, share] = [[], 0];
    }
    if (slice.length > 0) yield slice;
  }

  async #judge(slice: readonly Example[]): Promise<Verdict[]> {
    const { engine, extraSteps, signal, onProgress, onPredictions } = this.#options;
    const networks = this.#models.map(({ network }) => network);
    const { symbols } = networks[0]!;
    const groups = [...Map.groupBy(slice, lengthOf)].flatMap(([length, group]) => {
      const most = Math.min(
        engine.examplesTogether(networks, length),
        Math.ceil(group.length / engine.threads),
      );
      return chunk(group, most);
    });
    const batches = groups.map((examples) => encodeBatch(symbols, examples, { extraSteps }));
    const done = batches.map(() => 0);
    const report = (batch: number, share: number) => {
      done[batch] = share * batches[batch]!.rows;
      onProgress?.(done.reduce((sum, rows) => sum + rows, this.#verdicts.length) / this.#total);
    };
    const judged = await engine.judge(this.#models, batches, {
      predicts: onPredictions !== undefined,
      onProgress: report,
      signal,
    });
    await onPredictions?.(groups.flatMap((examples, i) => {
      const [verdicts, written, margins] = judged[i]!;
      return readPredictions(symbols, examples, [verdicts!, written!, margins!]);
    }));
    return judged.flatMap(([verdicts]) => readVerdicts(verdicts!));
  }
}

/** Counts what the models get right. */
export async function score(
  models: readonly Weights[],
  examples: readonly Example[],
  options: ScoreOptions,
): Promise<Score> {
  const ordered = [...Map.groupBy(examples, lengthOf).values()].flat();
  const total: Score = { examples: 0, sequencesRight: 0, symbols: 0, symbolsRight: 0 };
  count(ordered, await new Examiner(models, examples.length, options).try(ordered), total);
  return total;
}

/** Adds the verdicts on examples to a score. */
export function count(examples: readonly Example[], verdicts: readonly Verdict[], total: Score): void {
  examples.forEach((example, i) => {
    const verdict = verdicts[i]!;
    total.examples++;
    total.symbols += lengthOf(example);
    total.symbolsRight += verdict.right;
    if (isRight(example, verdict)) total.sequencesRight++;
  });
}
