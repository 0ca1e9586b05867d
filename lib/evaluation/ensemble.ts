/** Models whose outputs are averaged. */
import { type Kind, listOf } from "../checks/options.ts";
import type { Weights } from "../model/network.ts";
import { UsageError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { MODEL } from "../model/option_kinds.ts";

const several = listOf(MODEL, "models");

/** A model, or several. */
export const MODELS: Kind = {
  words: `${MODEL.words}, or ${several.words}`,
  is: (value) => MODEL.is(value) || several.is(value),
  checkWithin: (action, value) => [value].flat().forEach((model) => MODEL.checkWithin?.(action, model)),
};

/** The part of a model that an engine needs. */
export function weightsOf({ configuration, problem, sets, parameters }: Model): Weights {
  return { network: networkOf(configuration, problem.symbols, sets), parameters };
}

/** Throws a {@linkcode UsageError} unless the outputs of the models can be averaged; `name` is what they are called together. */
export function checkAlike(models: readonly Model[], name?: string): void {
  const { problem, configuration } = models[0]!;
  const place = models.findIndex((model) =>
    model.problem.symbols !== problem.symbols || model.configuration.extra_steps !== configuration.extra_steps
  );
  if (place < 0) return;
  const what = `model 1 with model ${place + 1}${name === undefined ? "" : ` of ${name}`}`;
  throw new UsageError(`Cannot average ${what}: their alphabets or extra steps differ`, {
    code: "conflict",
    subject: "models",
  });
}
