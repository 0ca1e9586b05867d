import type { Configuration } from "../model/configuration.ts";
import type { TrainingState } from "./state.ts";

/** Factor on the learning rate at a plateau, and its floor as a share of the first one (code of Freivalds & Liepins). */
const PLATEAU = { factor: 0.7, floor: 1 / 60 } as const;

/** The learning rate of the step that comes: after mastery a cosine leads it to zero, where the schedule has one. */
export function learningRate(configuration: Configuration, state: TrainingState): number {
  const { schedule, final_steps } = configuration;
  if (schedule !== "cosine" || state.masteredAt === null || final_steps === 0) return state.learningRate;
  const share = Math.min(1, (state.attemptStep - state.masteredAt) / final_steps);
  return state.learningRate * 0.5 * (1 + Math.cos(Math.PI * share));
}

/**
 * The plateau schedule after a check: the rate falls when neither of the last two windows was better than the one
 * before them. `losses` holds the windows' mean losses, newest last.
 */
export function afterPlateau(
  configuration: Configuration,
  learningRate: number,
  losses: readonly number[],
): number {
  const [third, second, first] = losses.slice(-3);
  if (configuration.schedule !== "plateau" || first === undefined || Math.min(first, second!) <= third!) {
    return learningRate;
  }
  return Math.max(learningRate * PLATEAU.factor, configuration.learning_rate * PLATEAU.floor);
}

/** Steps between two settings of the saturation cost's weight. */
export const SATURATION_EVERY = 100;

/**
 * The weight that makes the saturation cost about learning rate × loss (code of Freivalds & Liepins), from sums of
 * both over some steps. Never above the configuration's.
 */
export function saturationWeight(
  configuration: Configuration,
  rate: number,
  [loss, cost]: readonly [loss: number, cost: number, steps: number],
): number {
  const weight = cost > 0 ? rate * loss / cost : configuration.saturation_weight;
  return Math.min(configuration.saturation_weight, Math.max(1e-20, weight));
}
