/** What an evaluation tries: the test sets of its options. */
import { option, say, UsageError, wrongValue } from "../errors.ts";
import type { ReportRow } from "../model/model.ts";
import { findProblem } from "../problems/table.ts";
import { ADVERSARIAL, type AdversarialOptions, adversarialTestSet } from "./adversarial/test_set.ts";
import { largestSizeOf, learnedBy } from "./asked.ts";
import { LADDER } from "./certify.ts";
import type { EvaluateOptions, NamedModel } from "./evaluate_options.ts";
import { dataTestSets, generatedTestSet, type ScorableTestSet } from "./report.ts";

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
  const learned = learnedBy(named.model);
  const problem = options.problem ?? findProblem(learned.name);
  if (problem === undefined || problem.symbols !== learned.symbols) {
    const found = options.problem === undefined
      ? "the toolkit has no such problem"
      : `${options.problem.name} is no problem`;
    const expected = say`a ${option("problem")} that has them, or ${option("rows")}`;
    throw new UsageError(
      say`Cannot make examples of ${learned.name}: ${found} with symbols ${learned.symbols}; expected ${expected}`,
      { code: "missing", subject: "problem", expected },
    );
  }
  const suites = options.suites ?? Object.keys(problem.suites);
  const known = [...Object.keys(problem.suites), ADVERSARIAL];
  const unknown = suites.find((suite) => !known.includes(suite));
  if (unknown !== undefined) {
    throw wrongValue("suites", unknown, known.join(" or "));
  }
  const sizes = options.certify
    ? (options.sizes ?? LADDER).toSorted((a, b) => a - b)
    : options.sizes ?? [1, 2, 5, 10].map((times) => times * largestSizeOf(models[0]!.model));
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
  return { model: named.name, problem: learnedBy(named.model).name };
}
