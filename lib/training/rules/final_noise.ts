import { sumOf } from "../../deps.ts";
import type { Configuration } from "../../model/configuration.ts";
import { FIELDS } from "../../model/fields.ts";
import type { TrainingState } from "../state.ts";

/** Share by which a step changes the noise, times how far the examples that were right are from those aimed at. */
const GAIN = 0.04;

/**
 * The noise on the state after a check. Once the largest size is mastered it grows where more than `noise_at` of that
 * size's examples in the window were right, and falls where fewer were: a network is given as much as it can bear.
 */
export function finalNoise(
  { noise_at }: Pick<Configuration, "noise_at">,
  { finalNoise, masteredAt, size, window }: Pick<
    TrainingState,
    "finalNoise" | "masteredAt" | "size" | "window"
  >,
): number {
  if (noise_at === 0 || masteredAt === null) return finalNoise;
  const largest = window.filter((step) => step.size === size);
  const beyond = sumOf(largest, ({ metrics, examples }) => metrics.sequences_right / examples - noise_at);
  return Math.min(FIELDS.final_noise.range![1], finalNoise * Math.exp(GAIN * beyond));
}
