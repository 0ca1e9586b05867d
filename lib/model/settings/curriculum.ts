import type { Setting, ValuesOf } from "./setting.ts";

/** Settings of what a model is trained on, and of when the size grows. */
export const CURRICULUM = {
  /** Largest size trained. */
  max_size: {
    kind: "whole",
    range: [1, 100000],
    help: "largest size trained",
  },
  /** Size at which the curriculum starts. */
  start_size: {
    kind: "whole",
    range: [1, 100000],
    help: "size at which the curriculum starts",
    presets: { default: [3, "measured here"], diagonal: [1, "unused"], paper: [1, "paper, section 3.3"] },
  },
  /** Share of a batch that must be right, with dropout on, before the next size is taken. */
  advance_accuracy: {
    kind: "real",
    range: [0, 1],
    help: "share of a batch that must be right before the next size",
    presets: {
      default: [0.7, "measured here"],
      diagonal: [0.9, "unused"],
      paper: [0.9, "paper, section 3.3"],
    },
    formerly: ["advance_at"],
  },
  /** Probability of a batch of a random size instead of the current one. */
  random_size_share: {
    kind: "real",
    range: [0, 1],
    help: "share of batches at a random size",
    presets: {
      default: [0.2, "paper, section 3.3"],
      diagonal: [0, "unused"],
      paper: [0.2, "paper, section 3.3"],
    },
  },
  /** Lengths trained together at every step, in place of the curriculum; empty for the curriculum. */
  bins: {
    kind: "lengths",
    range: [3, 100000],
    help: "lengths trained together at every step, instead of a curriculum",
    presets: {
      default: [[], "measured here"],
      diagonal: [[8, 12, 16, 20, 25, 28, 31, 36, 41], "DNGPU code"],
      paper: [[], "paper, section 3.3"],
    },
  },
  /** Share of training examples from the carry suite. */
  carry_share: {
    kind: "real",
    range: [0, 1],
    help: "share of training examples from the carry suite",
    presets: {
      default: [0.4, "measured here"],
      diagonal: [0, "DNGPU code"],
      paper: [0, "paper, section 3.1"],
    },
  },
  /** Examples of each size that there are to train on; 0 for fresh ones at every step. */
  examples_per_size: {
    kind: "whole",
    range: [0, 1e9],
    help: "examples of each size to train on, 0 for fresh ones at every step",
    presets: {
      default: [0, "chosen here"],
      diagonal: [10000, "DNGPU code"],
      paper: [10000, "paper, section 3.3"],
    },
    before: 0,
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type CurriculumSettings = ValuesOf<typeof CURRICULUM>;
