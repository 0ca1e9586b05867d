/** The numbers of one training step: dropout, noise, the pull between parameter sets, the learning rate. */
import type { TrainingStep } from "../engine/training.ts";
import type { Configuration } from "../model/configuration.ts";
import { gradientNoise, noiseDeviation } from "./rules/noise.ts";
import { learningRate, levelsOf } from "./rules/schedule.ts";
import type { TrainingState } from "./state.ts";

/** Of so many steps one rounds the state, once any do: rounding takes away the noise that hardens the network. */
const ROUNDED_EVERY = 2;

/** What an engine gets for a step of an attempt with that seed besides the batches. `size` is the number of parameters. */
export function numbersOf(
  configuration: Configuration,
  state: TrainingState,
  seed: number,
  size: number,
): Omit<TrainingStep, "batches"> {
  const { attemptStep, saturationWeight, pull } = state;
  const draws = { seed, trainingStep: attemptStep };
  const { dropout: rate, state_noise: scale, clean_share: cleanShare } = duringOrAfter(configuration, state);
  const deviation = noiseDeviation(configuration, attemptStep + 1, state.errorShare);
  return {
    options: {
      dropout: rate === 0 ? undefined : { ...draws, rate, on: configuration.dropout_on },
      dropoutByLength: configuration.dropout_by_length,
      cleanShare,
      noise: scale === 0 ? undefined : { ...draws, scale },
      rounds: levelsOf(configuration, state) > 0 && attemptStep % ROUNDED_EVERY === 0,
      saturationWeight,
    },
    pull,
    learningRate: learningRate(configuration, state),
    step: attemptStep,
    gradientNoise: deviation === 0 ? undefined : gradientNoise(size, deviation, seed, attemptStep),
  };
}

/** The settings that make training harder: their values during the curriculum, or those after mastery. */
export function duringOrAfter(
  configuration: Configuration,
  { masteredAt, noiseAfterMastery }: TrainingState,
): Pick<Configuration, "dropout" | "state_noise" | "clean_share" | "training_extra_steps"> {
  if (masteredAt === null) return configuration;
  const { dropout_after_mastery, clean_share_after_mastery, training_extra_steps_after_mastery } =
    configuration;
  return {
    dropout: dropout_after_mastery,
    state_noise: noiseAfterMastery,
    clean_share: clean_share_after_mastery,
    training_extra_steps: training_extra_steps_after_mastery,
  };
}
