import { networkOf } from "../../lib/model/network.ts";
import { type Configuration, type Model, presets, type Problem } from "../../mod.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";

/** A model with random parameters. */
export function untrained(
  problem: Problem,
  seed: number,
  settings: Partial<Configuration> & { readonly maps: number },
): Model {
  const configuration = resolve(presets.default, problem, settings);
  const { name, symbols, arithmetic } = problem;
  return {
    problem: { name, symbols, arithmetic },
    configuration,
    sets: 1,
    parameters: initialParameters(networkOf(configuration, symbols).table, seed),
    origin: { preset: "default", seed, steps: 0, attempt: 1 },
    results: [],
  };
}
