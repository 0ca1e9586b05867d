import { ADVERSARIAL, type AdversarialOptions, adversarialTestSet } from "./adversarial/test_set.ts";
import { type ComputeOptions, startEngine } from "../engine/engine.ts";
import type { Row } from "../problems/dataset.ts";
import { option, say, UsageError, wrongValue } from "../errors.ts";
import { checkAlike, MODELS, weightsOf } from "./ensemble.ts";
import { Listener } from "../async/listener.ts";
import type { Model, ReportRow } from "../model/model.ts";
import { BACKEND, WORKERS } from "../engine/option_kinds.ts";
import { PROBLEM, ROWS, SEED, SIZES } from "../problems/option_kinds.ts";
import {
  checkOptions,
  FUNCTION,
  type Kinds,
  listOf,
  NUMBER,
  OBJECT,
  objectWith,
  optional,
  SIGNAL,
  SWITCH,
  TEXT,
  wholeFrom,
} from "../checks/options.ts";
import type { PredictionRow } from "./prediction_row.ts";
import type { Problem } from "../problems/problem.ts";
import { findProblem } from "../problems/table.ts";
import {
  dataTestSets,
  type EvaluationState,
  generatedTestSet,
  reportRows,
  type ScorableTestSet,
  type TestSet,
} from "./report.ts";

/** What is evaluated under one name. */
export interface NamedModel {
  /** A model, or several whose outputs are averaged. */
  readonly model: Model | readonly Model[];
  /** Its name in the rows. */
  readonly name: string;
}

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions extends ComputeOptions {
  /** What to evaluate, one after the other, at least one: each gets rows of its own. */
  readonly models: readonly NamedModel[];
  /** Problem that generates the examples; by default the one of {@linkcode problems} that has the model's problem name. */
  readonly problem?: Problem | undefined;
  /**
   * Rows to evaluate on, in place of examples that the problem generates. `sizes`, `examples` and `suites` are not
   * read.
   */
  readonly rows?: readonly Row[] | undefined;
  /** Sizes of the examples; by default 1, 2, 5 and 10 times the largest size that the first model was trained on. */
  readonly sizes?: readonly number[] | undefined;
  /**
   * Number of examples of each size and suite.
   *
   * @default {64}
   */
  readonly examples?: number | undefined;
  /** Names of suites, by default all of the problem's. `adversarial` searches for inputs on which the models are wrong. */
  readonly suites?: readonly string[] | undefined;
  /**
   * Number of examples of each size that the suite `adversarial` tries.
   *
   * @default {1024}
   */
  readonly budget?: number | undefined;
  /**
   * Seed of the examples, from 0 to 2^53 − 1.
   *
   * @default {1}
   */
  readonly seed?: number | undefined;
  /** Signal that ends the evaluation, which throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Last state of an earlier evaluation with the same options that was interrupted: only the rest is evaluated. */
  readonly from?: EvaluationState | undefined;
  /**
   * Whether `onReport` is given what the models write for each example. It excludes `from`.
   *
   * @default {false}
   */
  readonly predictions?: boolean | undefined;
  /**
   * Called with everything that happens; `evaluate` waits for a promise that it returns. An error that it throws ends
   * the evaluation, which throws it.
   */
  readonly onReport?: ((report: EvaluateReport) => void | Promise<void>) | undefined;
}

/**
 * Something that happens during an evaluation, by its `kind`:
 *
 * - `note`: A note for people, such as that a worker cannot start.
 * - `evaluating`: Progress, several times a second: the `share` of one row that is done, from 0 to 1.
 * - `state`: More examples have been evaluated. Passed as `from` to {@linkcode evaluate}, the state resumes the evaluation.
 * - `predictions`: What the models wrote for the next few examples. Only where `predictions` is true.
 * - `failures`: The inputs of one size on which the suite `adversarial` found the models wrong, before the row of that size.
 */
export type EvaluateReport =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "evaluating"; readonly of: TestSet; readonly share: number }
  | { readonly kind: "state"; readonly state: EvaluationState }
  | { readonly kind: "predictions"; readonly rows: readonly PredictionRow[] }
  | { readonly kind: "failures"; readonly rows: readonly Row[] };

const VERDICT = objectWith("a verdict", { right: wholeFrom(0), margin: NUMBER });

const OPTIONS: Kinds<EvaluateOptions> = {
  models: listOf(OBJECT, "objects with model and name"),
  problem: optional(PROBLEM),
  rows: optional(ROWS),
  sizes: optional(SIZES),
  examples: optional(wholeFrom(1)),
  suites: optional(listOf(TEXT, "names of suites")),
  budget: optional(wholeFrom(1)),
  seed: optional(SEED),
  backend: optional(BACKEND),
  workers: optional(WORKERS),
  signal: optional(SIGNAL),
  from: optional(objectWith("a state as onReport gets it", {
    rows: wholeFrom(0),
    verdicts: {
      words: "an array of verdicts",
      is: (value) => Array.isArray(value) && value.every((verdict) => VERDICT.is(verdict)),
    },
    seconds: NUMBER,
  })),
  predictions: optional(SWITCH),
  onReport: optional(FUNCTION),
};

const NAMED_MODEL: Kinds<NamedModel> = { model: MODELS, name: TEXT };

/**
 * Evaluates models for each size and suite of examples: several entries of `models` side by side, each with rows of its
 * own, and several models in one entry as one, by the mean of their outputs. The examples come from a random stream that
 * neither training nor validation uses, and are the same for all models of a problem. The computation is paused while a
 * row is not asked for, and ends where the loop over the rows is left.
 *
 * @param given Options.
 * @yields A row for each model, size and suite, as soon as it is known; models and sizes in the order given.
 * @throws {UsageError} If an option is wrong, or the outputs of the models cannot be averaged. All errors are thrown
 * when the first row is asked for, or later.
 * @throws {RunError} If the backend cannot start or fails, or a size does not fit in memory.
 *
 * @example One model
 * ```ts
 * import { evaluate, loadModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await loadModel("reverse");
 * const rows = await Array.fromAsync(evaluate({
 *   models: [{ model, name: "reverse" }],
 *   sizes: [10, 20],
 *   suites: ["random"],
 *   examples: 8,
 *   backend: "wasm",
 * }));
 * assertEquals(rows.map(({ size, sequence_accuracy }) => [size, sequence_accuracy]), [[10, 1], [20, 1]]);
 * ```
 *
 * @example Two models side by side, and both as one
 * ```ts
 * import { evaluate, problems, train } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const setup = { problem: problems.copy, steps: 5, backend: "wasm", report: false } as const;
 * const [first, second] = [await train(setup), await train({ ...setup, seed: 2 })];
 * const rows = evaluate({
 *   models: [
 *     { model: first.model, name: "first" },
 *     { model: second.model, name: "second" },
 *     { model: [first.model, second.model], name: "averaged" },
 *   ],
 *   sizes: [2],
 *   suites: ["random"],
 * });
 * assertEquals((await Array.fromAsync(rows)).map(({ model }) => model), ["first", "second", "averaged"]);
 * ```
 */
export async function* evaluate(given: EvaluateOptions): AsyncGenerator<ReportRow> {
  const options = checked(given);
  const { from, backend, workers, signal } = options;
  const listener = new Listener(options.onReport);
  const tested = options.models.map((named) => ({
    ...{ named, models: [named.model].flat() },
    testSets: testSetsOf(options, named, (rows) => listener.tell({ kind: "failures", rows })),
  }));
  for (const { models, named } of tested) checkAlike(models, named.name);
  const engine = await startEngine({
    backend,
    workers,
    onNote: (text) => listener.mention({ kind: "note", text }),
  });
  for (const { models, testSets } of tested) {
    for (const length of new Set(testSets.flatMap((of) => [...of.lengths()]))) {
      for (const model of models) engine.checkInferenceFits(weightsOf(model).network, length);
    }
  }
  const ended = AbortSignal.any([listener.failure, ...(signal === undefined ? [] : [signal])]);
  let before = 0; // rows of the models before
  try {
    for (const { models, named, testSets } of tested) {
      const names = namesIn(named);
      const reported = reportRows(models.map(weightsOf), names, testSets, {
        engine,
        extraSteps: models[0]!.configuration.extra_steps,
        signal: ended,
        from: from && { ...from, rows: from.rows - before },
        onProgress: (of, share) => listener.mention({ kind: "evaluating", of, share }),
        onState: (state) => listener.tell({ kind: "state", state: { ...state, rows: before + state.rows } }),
        ...(options.predictions && {
          onPredictions: ({ suite }, predictions) =>
            listener.tell({
              kind: "predictions",
              rows: predictions.map((prediction) => ({ ...names, suite, ...prediction })),
            }),
        }),
      });
      for await (const row of reported) {
        await listener.settle();
        yield row;
      }
      before += testSets.length;
    }
  } finally {
    engine.close();
  }
}

/** The options, each read once. */
function checked(given: EvaluateOptions): EvaluateOptions {
  const options = checkOptions<EvaluateOptions>("evaluate", given, OPTIONS);
  if (options.predictions && options.from !== undefined) {
    throw new UsageError("Cannot evaluate with predictions and from: expected one of them", {
      code: "conflict",
      subject: "predictions",
    });
  }
  const models = options.models.map((named) => checkOptions("evaluate", named, NAMED_MODEL));
  const [first, ...others] = models.map(firstOf);
  const other = others.findIndex(({ problem }) => problem.symbols !== first!.problem.symbols) + 1;
  if (options.rows !== undefined && other > 0) {
    const reason = "their alphabets differ";
    throw new UsageError(
      `Cannot evaluate ${models[0]!.name} and ${models[other]!.name} on the same rows: ${reason}`,
      {
        code: "conflict",
        subject: "models",
      },
    );
  }
  return { ...options, models };
}

/**
 * The test set of each row to come of a model, in their order; `onFailures` gets what searches find. Throws a
 * `UsageError` where an option is wrong.
 */
export function testSetsOf(
  options: EvaluateOptions,
  named: NamedModel,
  onFailures: AdversarialOptions["onFailures"],
): ScorableTestSet[] {
  const { models, rows, examples = 64, budget = 1024, seed = 1 } = options;
  if (rows !== undefined) return dataTestSets(rows);
  const model = firstOf(named);
  const problem = options.problem ?? findProblem(model.problem.name);
  if (problem === undefined || problem.symbols !== model.problem.symbols) {
    const found = options.problem === undefined
      ? "the toolkit has no such problem"
      : `${options.problem.name} is no problem`;
    const expected = say`a ${option("problem")} that has them, or ${option("rows")}`;
    throw new UsageError(
      say`Cannot make examples of ${model.problem.name}: ${found} with symbols ${model.problem.symbols}; expected ${expected}`,
      { code: "missing", subject: "problem", expected },
    );
  }
  const suites = options.suites ?? Object.keys(problem.suites);
  const known = [...Object.keys(problem.suites), ADVERSARIAL];
  const unknown = suites.find((suite) => !known.includes(suite));
  if (unknown !== undefined) {
    throw wrongValue("suites", unknown, known.join(" or "));
  }
  const sizes = options.sizes ??
    [1, 2, 5, 10].map((times) => times * firstOf(models[0]!).configuration.max_size);
  // A size or suite that is named twice is tried once.
  return [...new Set(sizes)].flatMap((size) =>
    [...new Set(suites)].map((suite) =>
      suite === ADVERSARIAL
        ? adversarialTestSet(problem, size, { budget, seed, onFailures })
        : generatedTestSet(problem, suite, size, examples, seed)
    )
  );
}

/** The names of a model and of its problem in the rows. */
export function namesIn(named: NamedModel): Pick<ReportRow, "model" | "problem"> {
  return { model: named.name, problem: firstOf(named).problem.name };
}

/** The model, or the first of those that are averaged. */
function firstOf({ model }: NamedModel): Model {
  return [model].flat()[0]!;
}
