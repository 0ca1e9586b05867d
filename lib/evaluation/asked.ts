/** What is asked and evaluated: models, of which several can be averaged, and automata. */
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import { AUTOMATON } from "../automaton/option_kinds.ts";
import type { Kind } from "../checks/options.ts";
import type { Runnable } from "../engine/runnable.ts";
import type { Model } from "../model/model.ts";
import { checkAlike, MODELS, weightsOf } from "./ensemble.ts";

/** A model, several whose outputs are averaged, or an automaton. */
export type Asked = Model | readonly Model[] | Automaton;

/** What can be asked. */
export const ASKED: Kind = orAutomaton(MODELS);

/** That kind, or an automaton. */
export function orAutomaton({ words, is, checkWithin }: Kind): Kind {
  return {
    words: `${words}, or ${AUTOMATON.words}`,
    is: (value) => is(value) || AUTOMATON.is(value),
    checkWithin: (action, value) => AUTOMATON.is(value) || checkWithin?.(action, value),
  };
}

/** The models, of which the first stands for all. */
function modelsOf(asked: Exclude<Asked, Automaton>): readonly Model[] {
  return [asked].flat();
}

/** The part that an engine needs. */
export function runnableOf(asked: Asked): Runnable {
  return isAutomaton(asked) ? asked : modelsOf(asked).map(weightsOf);
}

/** The problem that was learned. */
export function learnedBy(asked: Asked): Model["problem"] {
  return isAutomaton(asked) ? asked.problem : modelsOf(asked)[0]!.problem;
}

/** Steps beyond the length of an example. */
export function extraStepsOf(asked: Asked): number {
  return isAutomaton(asked) ? asked.extraSteps : modelsOf(asked)[0]!.configuration.extra_steps;
}

/** The largest size that a model was trained on; of an automaton, of which all inputs were tried. */
export function largestSizeOf(asked: Asked): number {
  if (!isAutomaton(asked)) return modelsOf(asked)[0]!.configuration.max_size;
  return Math.max(1, ...asked.checks.filter(({ suite }) => suite === "all").map(({ size }) => size));
}

/** Throws a `UsageError` where several models cannot be averaged; `name` is what they are called together. */
export function checkAsked(asked: Asked, name?: string): void {
  if (!isAutomaton(asked)) checkAlike(modelsOf(asked), name);
}
