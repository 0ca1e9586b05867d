/** A training that is solved within seconds, for the tests that look into it. */
import type { Dropout } from "../../lib/engine/run.ts";
import type { GradientOptions } from "../../lib/engine/step.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { presets, resolve } from "../../lib/model/presets.ts";
import { badd } from "../../lib/problems/badd.ts";
import { batchesOf, type StepBatches } from "../../lib/training/examples/curriculum.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { initialState } from "../../lib/training/state.ts";
import { Learner } from "../../lib/training/learner.ts";
import type { Kernels } from "../../lib/engine/kernels.ts";
import { engineOn } from "./engine.ts";

/** Addition of two bits at most: about 90 steps of 12 maps and 5 positions. */
const small: Partial<Configuration> = {
  max_size: 2,
  start_size: 1,
  maps: 12,
  batch_size: 16,
  learning_rate: 0.03,
  dropout: 0.1,
  dropout_after_mastery: 0.1,
  dropout_by_length: false,
  state_noise: 0,
  state_noise_after_mastery: 0,
  state_noise_target_accuracy: 0,
  clean_share: 0,
  clean_share_after_mastery: 0,
  mastery_accuracy: 1,
  validate_every: 8,
  validate_max_multiple: 1,
  steps_after_mastery: 24,
  // What the course of the training hangs on, whatever the preset becomes.
  advance_accuracy: 0.7,
  random_size_share: 0.2,
  carry_share: 0.4,
  check_every: 8,
};

/** A training, and what its next step computes with. */
export interface SmallTraining {
  /** Takes the steps. */
  readonly learner: Learner;
  /** The examples of the step that comes. */
  nextBatches(): StepBatches["batches"];
  /** What else the gradient of that step depends on. */
  nextOptions(): GradientOptions & { readonly dropout: Omit<Dropout, "firstExample"> };
}

/** Starts the training on the backend that runs, with kernels that may be others than the backend's own. */
export function smallTraining(
  changed: Partial<Configuration> = {},
  { seed = 3, kernels }: { seed?: number; kernels?: Kernels } = {},
): SmallTraining {
  const configuration = resolve(presets.default, badd, { ...small, ...changed });
  const source = generatedSource(badd, configuration);
  const state = initialState(configuration, source.sizes);
  const engine = engineOn(kernels);
  return {
    learner: new Learner({ configuration, source, seed, attempts: 1, steps: 1000, engine }, state),
    nextBatches: () => batchesOf(configuration, source, seed, state.attemptStep, state.size).batches,
    nextOptions: () => ({
      dropout: {
        rate: configuration.dropout,
        on: configuration.dropout_on,
        seed,
        trainingStep: state.attemptStep,
      },
      saturationWeight: state.saturationWeight,
    }),
  };
}

/** Takes a step, and after it what is due. */
export async function advance(learner: Learner): Promise<void> {
  await learner.step();
  if (!learner.checkDue) return;
  await learner.check();
  if (learner.state.validationDue) await learner.validate();
  learner.conclude();
}
