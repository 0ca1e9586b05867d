/** A learner of the paper's preset in small, for tests of single steps. */
import { presets, problems } from "../../mod.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { resolve } from "../../lib/model/presets.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { initialState } from "../../lib/training/state.ts";
import { Learner } from "../../lib/training/learner.ts";
import { engineOn } from "./engine.ts";

/** On one thread of the backend that runs, with seed 1, on sums of 3 digits, checked at every step. */
export function learnerOf(overrides: Partial<Configuration>, attempts = 1): Learner {
  const badd = problems.badd!;
  const configuration = resolve(presets.paper, badd, {
    ...{ max_size: 3, start_size: 3, maps: 4, batch_size: 8, check_every: 1 },
    ...overrides,
  });
  const source = generatedSource(badd, configuration);
  const rest = { seed: 1, attempts, steps: 100, engine: engineOn() };
  return new Learner({ configuration, source, ...rest }, initialState(configuration, source.sizes));
}
