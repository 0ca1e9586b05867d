import { ADVERSARIAL, adversarialCase, type AdversarialOptions } from "./adversarial/case.ts";
import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
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
  dataCases,
  type EvaluationState,
  generatedCase,
  type ReportCase,
  reportRows,
  type Trial,
} from "./report.ts";
import type { WorkerCount } from "../engine/workers/pool.ts";

/** What `evaluate` is told. */
export interface EvaluateOptions {
  /** The models, and what the rows call them. The outputs of several are averaged. */
  readonly models: readonly { readonly model: Model; readonly name: string }[];
  /** The problem; by default the toolkit's of the name that the model has. */
  readonly problem?: Problem | undefined;
  /** Rows to evaluate on, in place of the problem's generator. */
  readonly rows?: readonly Row[] | undefined;
  /** Sizes; by default 1, 2, 5 and 10 times the largest that the first model was trained on. */
  readonly sizes?: readonly number[] | undefined;
  /** Examples of each size and suite; 64 by default. */
  readonly examples?: number | undefined;
  /** Suites; all of the problem's by default. `adversarial` is a search for inputs that the models get wrong. */
  readonly suites?: readonly string[] | undefined;
  /** Examples that the `adversarial` suite tries of each size; 1,024 by default. */
  readonly budget?: number | undefined;
  /** Seed of the examples, from 0 to 2^53 − 1; 1 by default. */
  readonly seed?: number | undefined;
  /** The backend; `auto` by default. */
  readonly backend?: BackendChoice | undefined;
  /** Threads that compute, which change nothing but the time; `auto`, the default, is one for each core, at most 4. */
  readonly workers?: WorkerCount | undefined;
  /** Once aborted, the evaluation throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where an earlier evaluation of the same options was cut off: only the rest is done. */
  readonly from?: EvaluationState | undefined;
  /** Whether `onReport` hears what the models write for each example; not with `from`, which has forgotten it. */
  readonly predictions?: boolean | undefined;
  /** Hears what happens, and is waited for. What it throws ends the evaluation and is thrown from it. */
  readonly onReport?: ((report: EvaluateReport) => void | Promise<void>) | undefined;
}

/** What happens during an evaluation. */
export type EvaluateReport =
  /** Such as that a worker cannot start. */
  | { readonly kind: "note"; readonly text: string }
  /** Now and then: the case that runs, and the share of it that is done. */
  | { readonly kind: "evaluating"; readonly of: ReportCase; readonly share: number }
  /** Whenever a few more examples are done: what to go on from. */
  | { readonly kind: "state"; readonly state: EvaluationState }
  /** A few more examples, of any suite, and what the models wrote for them; only with `predictions`. */
  | { readonly kind: "predictions"; readonly rows: readonly PredictionRow[] }
  /** The examples of a size that the `adversarial` suite found the models wrong on, just before that row. */
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
 * Measures models by size and suite, and yields each row as soon as it is known. The examples come from a random
 * stream that neither training nor validation uses. Throws a `UsageError` where an option is wrong, and before the
 * first row a `RunError` where a size does not fit in memory.
 */
export async function* evaluate(given: EvaluateOptions): AsyncGenerator<ReportRow> {
  const options = checked(given);
  const cases = casesOf(options, (rows) => listener.tell({ kind: "failures", rows }));
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
  for (const of of cases) {
    for (const length of of.lengths()) {
      for (const { network } of weights) engine.checkInferenceFits(network, length);
    }
  }
  try {
    const named = namesIn(models);
    const extraSteps = first.configuration.extra_steps;
    const reported = reportRows(weights, named, cases, {
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

/** The rows to be, in their order; `onFailures` hears what searches find. Throws a `UsageError` where an option is wrong. */
export function casesOf(
  options: EvaluateOptions,
  onFailures: AdversarialOptions["onFailures"],
): Trial[] {
  const { models, rows, examples = 64, budget = 1024, seed = 1 } = options;
  if (rows !== undefined) return dataCases(rows);
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
  // What is named twice is tried once.
  return [...new Set(sizes)].flatMap((size) =>
    [...new Set(suites)].map((suite) =>
      suite === ADVERSARIAL
        ? adversarialCase(problem, size, { budget, seed, onFailures })
        : generatedCase(problem, suite, size, examples, seed)
    )
  );
}

/** What the rows call the models and their problem. */
export function namesIn(models: EvaluateOptions["models"]): Pick<ReportRow, "model" | "problem"> {
  return { model: models.map(({ name }) => name).join("+"), problem: models[0]!.model.problem.name };
}
