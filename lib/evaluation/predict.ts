import { Listener } from "../async/listener.ts";
import { slicesOf } from "../async/slices.ts";
import {
  checkOptions,
  checkValue,
  FUNCTION,
  type Kind,
  type Kinds,
  optional,
  SIGNAL,
} from "../checks/options.ts";
import { type ComputeOptions, startEngine } from "../engine/engine.ts";
import { BACKEND, WORKERS } from "../engine/option_kinds.ts";
import { lengthOf } from "../model/batch.ts";
import type { Example } from "../problems/dataset.ts";
import { PROBLEM } from "../problems/option_kinds.ts";
import type { Problem } from "../problems/problem.ts";
import { ASKED, type Asked, checkAsked, extraStepsOf, learnedBy, runnableOf } from "./asked.ts";
import { Examiner, type ScoreOptions, shareOfSlice } from "./examiner.ts";
import type { Runnable } from "../engine/runnable.ts";
import type { Prediction } from "./prediction.ts";
import { type PredictInput, problemOf, questionOf } from "./questions.ts";

/** What models write for an input of {@linkcode predict}. */
export interface Answer {
  /** The size, where the input had one. */
  readonly size?: number | undefined;
  /** The input. */
  readonly input: string;
  /** The symbols that the models write, up to the first padding. */
  readonly output: string;
  /** The right answer, where one is known. */
  readonly target?: string | undefined;
  /** Whether every position is right, padding after the answer included, where the right answer is known. */
  readonly right?: boolean | undefined;
  /**
   * How sure the models are, from 0 to 1: the difference between the largest share of a symbol and the second largest, at
   * the position where it is smallest.
   */
  readonly margin: number;
}

/** Options of {@linkcode predict}. */
export interface PredictOptions extends ComputeOptions {
  /** Problem that knows the right answers; by default the one of {@linkcode problems} of the model's name and alphabet. */
  readonly problem?: Problem | undefined;
  /** Signal that ends the computation: `predict` throws the signal's reason, also while it waits for an input. */
  readonly signal?: AbortSignal | undefined;
  /** Called with everything that happens. An error that it throws ends the computation, which throws it. */
  readonly onReport?: ((report: PredictReport) => void | Promise<void>) | undefined;
}

/**
 * Something that happens while {@linkcode predict} computes, by its `kind`:
 *
 * - `note`: A note for people, such as that a worker cannot start.
 * - `predicting`: Progress, several times a second: the `share` that is done, from 0 to 1, of the inputs numbered from
 *   `first` to `last`, which are computed together.
 */
export type PredictReport =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "predicting"; readonly first: number; readonly last: number; readonly share: number };

const OPTIONS: Kinds<PredictOptions> = {
  problem: optional(PROBLEM),
  backend: optional(BACKEND),
  workers: optional(WORKERS),
  signal: optional(SIGNAL),
  onReport: optional(FUNCTION),
};

/** A text is iterable too, but who hands over one means one input. */
const INPUTS: Kind = {
  words: "an array, or another iterable, of inputs",
  is: (value) =>
    typeof value === "object" && value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
};

/**
 * Asks a model, or several whose outputs are averaged, for what they write for inputs of their problem. The inputs are
 * read 2,000 ahead, or fewer where they are long, so that a stream of any number of them takes bounded memory.
 * The computation is paused while an answer is not asked for, and ends where the loop over the answers is left.
 *
 * A model writes as many symbols at most as the input or the right answer has, whichever are more. Where the right answer
 * is not known the length of the input counts alone, and what the model would have written after it is cut off.
 *
 * @param models One model, several, or an automaton, whose margin is always 1.
 * @param inputs Texts, or objects with an `input` and maybe a `target`, such as the rows of {@linkcode generate}.
 * @param options Options.
 * @yields An answer to each input, in their order.
 * @throws {UsageError} If an option or an input is wrong, or the outputs of the models cannot be averaged. All errors are
 * thrown when the first answer is asked for, or later.
 * @throws {RunError} If the backend cannot start or fails, an input does not fit in memory, or an automaton has no rule for
 * what it meets.
 *
 * @example Usage
 * ```ts
 * import { loadModel, predict } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await loadModel("reverse");
 * for await (const { input, output, right } of predict(model, ["0111", "110"], { backend: "wasm" })) {
 *   assertEquals(output, [...input].reverse().join(""));
 *   assertEquals(right, true);
 * }
 * ```
 */
export async function* predict(
  models: Asked,
  inputs: Iterable<string | PredictInput> | AsyncIterable<string | PredictInput>,
  options: PredictOptions = {},
): AsyncGenerator<Answer> {
  for await (const answers of predictSlices(models, inputs, options)) yield* answers;
}

/** As {@linkcode predict}, but the answers come as they are computed, many at a time. */
export async function* predictSlices(
  models: Asked,
  inputs: Iterable<string | PredictInput> | AsyncIterable<string | PredictInput>,
  options: PredictOptions = {},
): AsyncGenerator<Answer[]> {
  checkValue("predict", "models", models, ASKED);
  checkValue("predict", "inputs", inputs, INPUTS);
  const { problem: given, backend, workers, signal, onReport } = checkOptions<PredictOptions>(
    "predict",
    options,
    OPTIONS,
  );
  checkAsked(models);
  const [learned, extraSteps] = [learnedBy(models), extraStepsOf(models)];
  const problem = problemOf(learned, given);
  const listener = new Listener(onReport);
  const ended = AbortSignal.any([listener.failure, ...(signal === undefined ? [] : [signal])]);
  const engine = await startEngine({
    backend,
    workers,
    onNote: (text) => listener.mention({ kind: "note", text }),
  });
  const runnable = runnableOf(models);
  const slices = slicesOf(
    inputs,
    (input, number) => questionOf(input, number, learned, problem),
    (question) => shareOfSlice(runnable, lengthOf(exampleOf(question)), { engine, extraSteps }),
    ended,
  );
  let first = 1;
  try {
    for await (const slice of slices) {
      const last = first + slice.length - 1;
      const report = { kind: "predicting", first, last } as const;
      const answers = await answersTo(slice, runnable, {
        engine,
        extraSteps,
        signal: ended,
        onProgress: (share) => listener.mention({ ...report, share }),
      });
      await listener.settle();
      yield answers;
      first = last + 1;
    }
  } finally {
    engine.close();
  }
}

/** The answers to the questions of a slice, in their order. */
async function answersTo(
  slice: readonly PredictInput[],
  models: Runnable,
  options: ScoreOptions,
): Promise<Answer[]> {
  const examples = slice.map(exampleOf);
  const byLength = [...Map.groupBy(slice.keys(), (i) => lengthOf(examples[i]!)).values()].flat();
  const predictions: Prediction[] = [];
  const examiner = new Examiner(models, slice.length, {
    ...options,
    onPredictions: (some) => void predictions.push(...some),
  });
  await examiner.try(byLength.map((i) => examples[i]!));
  const answers = new Array<Answer>(slice.length);
  byLength.forEach((i, place) => {
    const { size, input, target } = slice[i]!;
    const { output, right, margin } = predictions[place]!;
    answers[i] = {
      ...(size !== undefined && { size }),
      input,
      output,
      ...(target !== undefined && { target, right }),
      margin,
    };
  });
  return answers;
}

/** A question as an example: without a known answer its target is empty, and its length that of the input. */
function exampleOf({ size = 0, input, target = "" }: PredictInput): Example {
  return { size, input, target };
}
