import { sumOf } from "../../deps.ts";
import type { Configuration } from "../../model/configuration.ts";
import { REGULARIZATION } from "../../model/settings/regularization.ts";
import type { TrainingState } from "../state.ts";

/** The relative change of the noise in a step is this times the distance of the share of right examples from its target. */
const GAIN = 0.04;

/**
 * The noise on the state after a check. Once the largest size is mastered it grows where more than
 * `state_noise_target_accuracy` of that size's examples in the window were right, and falls where fewer were. So the
 * network gets as much noise as it can learn with.
 */
export function nextNoiseAfterMastery(
  { state_noise_target_accuracy }: Pick<Configuration, "state_noise_target_accuracy">,
  { noiseAfterMastery, masteredAt, size, window }: Pick<
    TrainingState,
    "noiseAfterMastery" | "masteredAt" | "size" | "window"
  >,
): number {
  if (state_noise_target_accuracy === 0 || masteredAt === null) return noiseAfterMastery;
  const largest = window.filter((step) => step.size === size);
  const beyond = sumOf(
    largest,
    ({ metrics, examples }) => metrics.sequences_right / examples - state_noise_target_accuracy,
  );
  return Math.min(
    REGULARIZATION.state_noise_after_mastery.range[1],
    noiseAfterMastery * Math.exp(GAIN * beyond),
  );
}
