import { ADVERSARIAL, type AdversarialOptions, adversarialTestSet } from "./adversarial/test_set.ts";
import { type ComputeOptions, startEngine } from "../engine/engine.ts";
import type { Row } from "../problems/dataset.ts";
import { option, say, UsageError, wrongValue } from "../errors.ts";
import { checkAlike, weightsOf } from "./ensemble.ts";
import { Listener } from "../async/listener.ts";
import type { Model, ReportRow } from "../model/model.ts";
import { BACKEND, WORKERS } from "../engine/option_kinds.ts";
import { MODEL } from "../model/option_kinds.ts";
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

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions extends ComputeOptions {
  /** Models to evaluate, at least one, each with a name for the rows. The outputs of several are averaged. */
  readonly models: readonly { readonly model: Model; readonly name: string }[];
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

const NAMED_MODEL: Kinds<EvaluateOptions["models"][number]> = { model: MODEL, name: TEXT };

/**
 * Evaluates a model, or several whose outputs are averaged, for each size and suite of examples. The examples come from
 * a random stream that neither training nor validation uses. The computation is paused while a row is not asked for,
 * and ends where the loop over the rows is left.
 *
 * @param given Options.
 * @yields A row for each size and suite, as soon as it is known; sizes in the order given, for each its suites.
 * @throws {UsageError} If an option is wrong, or the outputs of the models cannot be averaged. All errors are thrown
 * when the first row is asked for, or later.
 * @throws {RunError} If the backend cannot start or fails, or a size does not fit in memory.
 *
 * @example Usage
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
 */
export async function* evaluate(given: EvaluateOptions): AsyncGenerator<ReportRow> {
  const options = checked(given);
  const testSets = testSetsOf(options, (rows) => listener.tell({ kind: "failures", rows }));
  const { models, from } = options;
  const listener = new Listener(options.onReport);
  const signals = options.signal === undefined ? [] : [options.signal];
  const first = models[0]!.model;
  checkAlike(models);
  const engine = await startEngine({
    backend: options.backend,
    workers: options.workers,
    onNote: (text) => listener.mention({ kind: "note", text }),
  });
  const weights = models.map(({ model }) => weightsOf(model));
  for (const of of testSets) {
    for (const length of of.lengths()) {
      for (const { network } of weights) engine.checkInferenceFits(network, length);
    }
  }
  try {
    const named = namesIn(models);
    const extraSteps = first.configuration.extra_steps;
    const reported = reportRows(weights, named, testSets, {
      engine,
      extraSteps,
      signal: AbortSignal.any([listener.failure, ...signals]),
      from,
      onProgress: (of, share) => listener.mention({ kind: "evaluating", of, share }),
      onState: (state) => listener.tell({ kind: "state", state }),
      ...(options.predictions && {
        onPredictions: ({ suite }, predictions) =>
          listener.tell({
            kind: "predictions",
            rows: predictions.map((prediction) => ({ ...named, suite, ...prediction })),
          }),
      }),
    });
    for await (const row of reported) {
      await listener.settle();
      yield row;
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
  return { ...options, models };
}

/**
 * The test set of each row to come, in their order; `onFailures` gets what searches find. Throws a `UsageError` where
 * an option is wrong.
 */
export function testSetsOf(
  options: EvaluateOptions,
  onFailures: AdversarialOptions["onFailures"],
): ScorableTestSet[] {
  const { models, rows, examples = 64, budget = 1024, seed = 1 } = options;
  if (rows !== undefined) return dataTestSets(rows);
  const { model } = models[0]!;
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
  const sizes = options.sizes ?? [1, 2, 5, 10].map((times) => times * model.configuration.max_size);
  // A size or suite that is named twice is tried once.
  return [...new Set(sizes)].flatMap((size) =>
    [...new Set(suites)].map((suite) =>
      suite === ADVERSARIAL
        ? adversarialTestSet(problem, size, { budget, seed, onFailures })
        : generatedTestSet(problem, suite, size, examples, seed)
    )
  );
}

/** The names of the models and of their problem in the rows. */
export function namesIn(models: EvaluateOptions["models"]): Pick<ReportRow, "model" | "problem"> {
  return { model: models.map(({ name }) => name).join("+"), problem: models[0]!.model.problem.name };
}
