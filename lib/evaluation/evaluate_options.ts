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
import type { ComputeOptions } from "../engine/engine.ts";
import { BACKEND, WORKERS } from "../engine/option_kinds.ts";
import { UsageError } from "../errors.ts";
import type { Row } from "../problems/dataset.ts";
import { PROBLEM, ROWS, SEED, SIZES } from "../problems/option_kinds.ts";
import type { Problem } from "../problems/problem.ts";
import { ASKED, type Asked, learnedBy } from "./asked.ts";
import type { PredictionRow } from "./prediction_row.ts";
import type { EvaluationState, TestSet } from "./report.ts";

/** What is evaluated under one name. */
export interface NamedModel {
  /** A model, several whose outputs are averaged, or an automaton. */
  readonly model: Asked;
  /** Its name in the rows, which no other has. */
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
  /**
   * Sizes of the examples; by default 1, 2, 5 and 10 times the largest size that the first model was trained on, or that
   * all inputs of the first automaton were tried up to.
   */
  readonly sizes?: readonly number[] | undefined;
  /**
   * Whether to try the sizes in ascending order, by default the powers of two up to 2048, and to end after the first row
   * with an error: for {@linkcode certifiedSize}. It takes one entry of `models` and excludes `rows`.
   *
   * @default {false}
   */
  readonly certify?: boolean | undefined;
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
 * - `evaluating`: Progress, several times a second: the `share` of one row that is done, from 0 to 1, and the row's
 *   `model`.
 * - `state`: More examples have been evaluated. Passed as `from` to {@linkcode evaluate}, the state resumes the evaluation.
 * - `predictions`: What the models wrote for the next few examples. Only where `predictions` is true.
 * - `failures`: The inputs of one size on which the suite `adversarial` found the models wrong, before the row of that size.
 */
export type EvaluateReport =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "evaluating"; readonly model: string; readonly of: TestSet; readonly share: number }
  | { readonly kind: "state"; readonly state: EvaluationState }
  | { readonly kind: "predictions"; readonly rows: readonly PredictionRow[] }
  | { readonly kind: "failures"; readonly rows: readonly Row[] };

const VERDICT = objectWith("a verdict", { right: wholeFrom(0), margin: NUMBER });

const OPTIONS: Kinds<EvaluateOptions> = {
  models: listOf(OBJECT, "objects with model and name"),
  problem: optional(PROBLEM),
  rows: optional(ROWS),
  sizes: optional(SIZES),
  certify: optional(SWITCH),
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

const NAMED_MODEL: Kinds<NamedModel> = { model: ASKED, name: TEXT };

/** The options, each read once. */
export function checkEvaluateOptions(given: EvaluateOptions): EvaluateOptions {
  const options = checkOptions<EvaluateOptions>("evaluate", given, OPTIONS);
  if (options.predictions && options.from !== undefined) {
    throw new UsageError("Cannot evaluate with predictions and from: expected one of them", {
      code: "conflict",
      subject: "predictions",
    });
  }
  if (options.certify && options.rows !== undefined) {
    throw new UsageError("Cannot evaluate with certify and rows: expected one of them", {
      code: "conflict",
      subject: "certify",
    });
  }
  if (options.certify && options.models.length > 1) {
    throw new UsageError(`Cannot certify ${options.models.length} models: expected one`, {
      code: "conflict",
      subject: "certify",
    });
  }
  const models = options.models.map((named) => checkOptions("evaluate", named, NAMED_MODEL));
  const names = models.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new UsageError(`Cannot evaluate ${twice} twice: expected models of different names`, {
      code: "conflict",
      subject: "models",
    });
  }
  const [first, ...others] = models.map(({ model }) => learnedBy(model));
  const other = others.findIndex(({ symbols }) => symbols !== first!.symbols) + 1;
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
