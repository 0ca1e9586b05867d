import type { Setting, ValuesOf } from "./setting.ts";

/** Parameter-sharing relaxation (Kaiser & Sutskever 2015, section 3.3). */
export const RELAXATION = {
  /** Parameter sets that the steps of the recurrence take in turn, r, until they are averaged; 1 for no relaxation. */
  relaxation_sets: {
    kind: "whole",
    range: [1, 64],
    help: "parameter sets that the steps take in turn until they are averaged, r",
    presets: { default: [1, "DNGPU code"], diagonal: [1, "DNGPU code"], paper: [6, "paper, section 3.3"] },
    before: 1,
  },
  /** Weight of the squared distance between the sets in the loss, at the start. */
  relaxation_pull: {
    kind: "real",
    range: [0, 1000000],
    help: "weight of the pull between the sets at the start",
    presets: { default: [0.0005, "unused"], diagonal: [0.0005, "unused"], paper: [0.0005, "paper's code"] },
    before: 0,
    formerly: ["pull"],
  },
  /** Factor on the pull whenever the curriculum's threshold is reached. */
  relaxation_pull_factor: {
    kind: "real",
    range: [1, 1000000],
    help: "factor on the pull where a batch reaches --advance-accuracy",
    presets: { default: [1.2, "unused"], diagonal: [1.2, "unused"], paper: [1.2, "paper's code"] },
    before: 1,
    formerly: ["pull_factor"],
  },
  /** Pull from which on reaching the curriculum's threshold averages the sets instead. */
  relaxation_average_at_pull: {
    kind: "real",
    range: [0, 1000000],
    help: "pull from which on that averages the sets instead",
    presets: { default: [0.1, "unused"], diagonal: [0.1, "unused"], paper: [0.1, "paper's code"] },
    before: 0,
    formerly: ["average_at"],
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type RelaxationSettings = ValuesOf<typeof RELAXATION>;
