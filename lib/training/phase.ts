import type { Configuration } from "../model/configuration.ts";
import type { TrainingState } from "./state.ts";

/** What a training is doing, in words for people, such as `learning sizes 3 to 20` or `hardening against noise`. */
export function phaseOf(
  { bins, start_size }: Pick<Configuration, "bins" | "start_size">,
  sizes: readonly number[],
  { masteredAt, size, sets, noiseAfterMastery }: TrainingState,
): string {
  const largest = sizes.at(-1)!;
  if (masteredAt !== null) return noiseAfterMastery > 0 ? "hardening against noise" : "refining";
  if (bins.length > 0) return `learning all sizes to ${largest}`;
  if (size < largest) {
    return `learning sizes ${sizes.find((size) => size >= start_size) ?? largest} to ${largest}`;
  }
  return sets > 1 ? `pulling ${sets} parameter sets together` : `mastering size ${largest}`;
}
