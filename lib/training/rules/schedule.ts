import type { Configuration } from "../../model/configuration.ts";
import type { TrainingState } from "../state.ts";

/** Factor on the learning rate at a plateau, and its floor as a share of the first one (code of Freivalds & Liepins). */
const PLATEAU = { factor: 0.7, floor: 1 / 60 } as const;

/** Factor on the learning rate of the `decay` schedule (code of Kaiser & Sutskever). */
const DECAY = 0.98;

/**
 * Share of the steps after mastery from which on the state is rounded. Before, noise makes the network restore what it
 * holds, without which few levels are too coarse for it (docs/lab/rounding.md).
 */
const ROUNDED_FROM = 0.5;

/** Share of the steps after mastery that have been taken. */
function shareTaken(
  { steps_after_mastery }: Configuration,
  { attemptStep, masteredAt }: TrainingState,
): number {
  if (masteredAt === null || steps_after_mastery === 0) return 0;
  return Math.min(1, (attemptStep - masteredAt) / steps_after_mastery);
}

/** The learning rate of the next step. Where the schedule is a cosine, it falls to zero after mastery. */
export function learningRate(configuration: Configuration, state: TrainingState): number {
  if (configuration.schedule !== "cosine") return state.learningRate;
  return state.learningRate * 0.5 * (1 + Math.cos(Math.PI * shareTaken(configuration, state)));
}

/**
 * The number of levels to which validations and the model round the state, and some steps: those of the configuration in
 * the last part of the steps after mastery, 0 before.
 */
export function levelsOf(configuration: Configuration, state: TrainingState): number {
  return shareTaken(configuration, state) >= ROUNDED_FROM ? configuration.state_levels : 0;
}

/**
 * Whether a run may end with this step: with a cosine only with its last one. Before that parameters that are right on all
 * that a confirmation tries may be wrong on rare examples that they get right in the end (docs/lab/rounding.md), and by the
 * default a whole confirmation takes as much arithmetic as a thousand training steps.
 */
export function mayEnd(configuration: Configuration, state: TrainingState): boolean {
  return configuration.schedule !== "cosine" || shareTaken(configuration, state) === 1;
}

/**
 * Learning rate and remembered losses after a check, whose loss is the newest one. `plateau` (Freivalds & Liepins): the
 * rate falls when neither of the last two windows was better than the one before them. `decay` (Kaiser & Sutskever): it
 * falls when the last window was worse than each of the three before it, which are forgotten whenever a size is gained.
 * Once the pull is strong enough to average the sets, it also falls with every window that has less than a third of the
 * errors that the curriculum allows.
 */
export function afterLosses(
  configuration: Configuration,
  { learningRate, losses, pull }: Pick<TrainingState, "learningRate" | "losses" | "pull">,
  { loss, sequenceAccuracy }: { readonly loss: number; readonly sequenceAccuracy: number },
  gained: boolean,
): Pick<TrainingState, "learningRate" | "losses"> {
  const { schedule, learning_rate, advance_accuracy, relaxation_average_at_pull } = configuration;
  const known = [...losses, loss].slice(-4);
  if (schedule === "plateau") {
    const [third, second, first] = known.slice(-3);
    if (first !== undefined && Math.min(first, second!) > third!) {
      return {
        learningRate: Math.max(learningRate * PLATEAU.factor, learning_rate * PLATEAU.floor),
        losses: [],
      };
    }
  }
  if (schedule === "decay") {
    const worse = known.length === 4 && loss > Math.max(...known.slice(0, 3));
    const good = pull >= relaxation_average_at_pull && 1 - sequenceAccuracy < (1 - advance_accuracy) / 3;
    const rate = learningRate * DECAY ** (Number(worse) + Number(good));
    return { learningRate: rate, losses: gained ? [loss] : known };
  }
  return { learningRate, losses: known };
}

/** Steps between two adjustments of the saturation cost's weight. */
const SATURATION_EVERY = 100;

/**
 * Adds up the losses and saturation costs of windows, and from time to time adjusts the saturation cost's weight by
 * them.
 */
export function weighSaturation(
  configuration: Configuration,
  rate: number,
  state: Pick<TrainingState, "saturationSums" | "saturationWeight" | "window">,
): void {
  const sums = state.saturationSums;
  for (const { metrics: { loss, saturation } } of state.window) {
    sums[0] += loss;
    sums[1] += saturation;
    sums[2]++;
  }
  if (configuration.saturation_weight === 0 || sums[2] < SATURATION_EVERY) return;
  state.saturationWeight = saturationWeight(configuration, rate, sums);
  state.saturationSums = [0, 0, 0];
}

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
