/** Models whose outputs are averaged. */
import { type Kind, listOf } from "../checks/options.ts";
import type { Weights } from "../engine/shares.ts";
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

/** Throws a {@linkcode UsageError} unless the outputs of the models can be averaged. */
export function checkAlike(models: readonly { readonly model: Model; readonly name: string }[]): void {
  const { problem, configuration } = models[0]!.model;
  for (const { model, name } of models) {
    if (
      model.problem.symbols !== problem.symbols ||
      model.configuration.extra_steps !== configuration.extra_steps
    ) {
      const reason = "their alphabets or extra steps differ";
      throw new UsageError(`Cannot average ${models[0]!.name} with ${name}: ${reason}`, {
        code: "conflict",
        subject: "models",
      });
    }
  }
}
