import { say, type Sentence, shown, UsageError } from "../errors.ts";
import { complaintAboutAlphabet } from "../problems/problem.ts";
import { mistakeIn } from "./check_configuration.ts";
import type { Model } from "./model.ts";
import { parameterCount, parameterTable, recurrenceSpec } from "./parameters.ts";

/** Throws a {@linkcode UsageError} unless the parts of a model, which may be anybody's, fit each other. */
export function checkModel(action: string, { problem, configuration, sets, parameters }: Model): void {
  const refuse = (what: string, expected: Sentence) => {
    throw new UsageError(say`Cannot ${action} with the model: its ${what}, expected ${expected}`, {
      code: "wrong_value",
      subject: "model",
      expected,
    });
  };
  const complaint = complaintAboutAlphabet(problem.symbols);
  if (complaint !== undefined) {
    refuse(`alphabet is ${shown(problem.symbols)}`, "each symbol once, one at least");
  }
  const mistake = mistakeIn(configuration);
  if (mistake !== undefined) {
    refuse(`${mistake.key} is ${shown(configuration[mistake.key])}`, mistake.expected);
  }
  if (sets !== 1 && sets !== configuration.relaxation_sets) {
    refuse(
      `number of parameter sets is ${sets}`,
      [...new Set([1, configuration.relaxation_sets])].join(" or "),
    );
  }
  const count = parameterCount(parameterTable(recurrenceSpec(configuration, sets), problem.symbols));
  if (parameters.length !== count) {
    refuse(`parameters are ${parameters.length} numbers`, `${count} for its configuration`);
  }
}
