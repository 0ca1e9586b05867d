/** Tries models on examples, and counts what is right. */
import { isAutomaton } from "../automaton/automaton.ts";
import { chunk } from "../deps.ts";
import type { Engine } from "../engine/engine.ts";
import { type Runnable, symbolsOf } from "../engine/runnable.ts";
import type { Example } from "../problems/dataset.ts";
import { encodeBatch, lengthOf } from "../model/batch.ts";
import { type Prediction, readPredictions } from "./prediction.ts";
import { isAnswerRight, isRight, readVerdicts, type Verdict } from "./verdict.ts";

/** Counts of examples and positions, and of those that are right. */
export interface Score {
  /** Examples tried. */
  examples: number;
  /** Examples with every position right. */
  sequencesRight: number;
  /** Examples with every position of the answer right, the padding after it not looked at. */
  answersRight: number;
  /** Positions tried. */
  symbols: number;
  /** Positions right. */
  symbolsRight: number;
}

/** The counts before anything is tried. */
export const NOTHING: Readonly<Score> = {
  examples: 0,
  sequencesRight: 0,
  answersRight: 0,
  symbols: 0,
  symbolsRight: 0,
};

/** Options of an {@linkcode Examiner}. */
export interface ScoreOptions {
  /** The engine that computes. */
  readonly engine: Engine;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the share that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
  /** Verdicts on the first examples from an earlier evaluation that was interrupted: these are not tried again. */
  readonly earlier?: readonly Verdict[] | undefined;
  /** Called with all verdicts so far, including the earlier ones, whenever a slice of the examples is done. */
  readonly onVerdicts?: ((verdicts: readonly Verdict[]) => void | Promise<void>) | undefined;
  /** Called with the predictions for a slice of the examples, in their order. Without it none are computed. */
  readonly onPredictions?: ((predictions: readonly Prediction[]) => void | Promise<void>) | undefined;
}

/** The number of batches that are encoded together. */
const BATCHES_AHEAD = 64;

/** The share of a slice that an example of this length takes. A whole slice is enough work for all threads, and limited. */
export function shareOfSlice(
  models: Runnable,
  length: number,
  { engine, extraSteps }: Pick<ScoreOptions, "engine" | "extraSteps">,
): number {
  const products = isAutomaton(models)
    ? 1
    : models.reduce((sum, { network: { spec } }) => sum + spec.width * spec.maps ** 2, 0);
  const batch = engine.examplesTogether(models, length);
  const work = products * length * (length + extraSteps);
  const most = Math.min(engine.products / work, batch * BATCHES_AHEAD);
  return 1 / Math.max(most, batch * engine.threads);
}

/**
 * Tries examples in slices of limited work and memory. Those of equal length are tried in batches that fit in memory, by
 * all threads. The verdicts of all calls are kept, after those of an earlier evaluation.
 */
export class Examiner {
  readonly #models: Runnable;
  readonly #total: number;
  readonly #options: ScoreOptions;
  readonly #verdicts: Verdict[] = [];

  /** Makes an examiner of models that will try `total` examples in all. */
  constructor(models: Runnable, total: number, options: ScoreOptions) {
    this.#models = models;
    this.#total = total;
    this.#options = options;
  }

  /** The verdicts on the examples, in their order. It is fastest where those of equal length follow each other. */
  async try(examples: readonly Example[]): Promise<Verdict[]> {
    for (const length of new Set(examples.map(lengthOf))) {
      this.#options.engine.checkInferenceFits(this.#models, length);
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
    let slice: Example[] = [];
    let share = 0;
    for (const example of examples) {
      slice.push(example);
      share += shareOfSlice(this.#models, lengthOf(example), this.#options);
      if (share < 1 - 1e-6) continue; // the tolerance makes up for rounding, so that slices are whole batches
      yield slice;
      [slice, share] = [[], 0];
    }
    if (slice.length > 0) yield slice;
  }

  async #judge(slice: readonly Example[]): Promise<Verdict[]> {
    const { engine, extraSteps, signal, onProgress, onPredictions } = this.#options;
    const symbols = symbolsOf(this.#models);
    const groups = [...Map.groupBy(slice.keys(), (i) => lengthOf(slice[i]!))].flatMap(([length, group]) => {
      const most = Math.min(
        engine.examplesTogether(this.#models, length),
        Math.ceil(group.length / engine.threads),
      );
      return chunk(group, most);
    });
    const examples = groups.map((group) => group.map((i) => slice[i]!));
    const batches = examples.map((group) => encodeBatch(symbols, group, { extraSteps }));
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
    const places = groups.flat();
    await onPredictions?.(inOrder(
      places,
      judged.flatMap(([verdicts, written, margins], i) =>
        readPredictions(symbols, examples[i]!, [verdicts!, written!, margins!])
      ),
    ));
    return inOrder(places, judged.flatMap(([verdicts]) => readVerdicts(verdicts!)));
  }
}

/** Items by their places. */
function inOrder<Item>(places: readonly number[], items: readonly Item[]): Item[] {
  const ordered = new Array<Item>(items.length);
  places.forEach((place, i) => ordered[place] = items[i]!);
  return ordered;
}

/** Tries the models on examples and counts what is right. */
export async function score(
  models: Runnable,
  examples: readonly Example[],
  options: ScoreOptions,
): Promise<Score> {
  const ordered = [...Map.groupBy(examples, lengthOf).values()].flat();
  const total: Score = { ...NOTHING };
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
    if (isAnswerRight(example, verdict)) total.answersRight++;
  });
}
