import type { Setting, ValuesOf } from "./setting.ts";

/** The network. */
export const MODEL = {
  /** The cell: hard gates and a shifted state, the paper's CGRU, or one of your own, see `defineCell`. */
  cell: {
    kind: "cell",
    help: "cell: hard gates and a shifted state, the paper's CGRU, or one of your own",
    presets: {
      default: ["diagonal", "DNGPU code"],
      diagonal: ["diagonal", "DNGPU code"],
      paper: ["cgru", "paper, section 2"],
    },
  },
  /** Channels of the state, m. */
  maps: {
    kind: "whole",
    range: [1, 4096],
    help: "channels of the state, m",
    presets: {
      default: [32, "measured here"],
      diagonal: [48, "DNGPU code"],
      paper: [24, "paper, section 3"],
    },
  },
  /** Columns of the state, w. */
  width: {
    kind: "whole",
    range: [1, 64],
    help: "columns of the state, w",
    presets: { default: [1, "DNGPU code"], diagonal: [1, "DNGPU code"], paper: [4, "paper, section 3"] },
  },
  /** Cells with parameters of their own in one step, l. */
  layers: {
    kind: "whole",
    range: [1, 16],
    help: "cells in one step, l",
    presets: { default: [1, "DNGPU code"], diagonal: [1, "DNGPU code"], paper: [2, "paper, section 3"] },
  },
  /** Extent of the filters along the columns, an odd number. */
  kernel_width: {
    kind: "whole",
    range: [1, 31],
    help: "filter extent along the columns (odd)",
    presets: { default: [1, "DNGPU code"], diagonal: [1, "DNGPU code"], paper: [3, "paper, section 3"] },
  },
  /** Extent of the filters along the positions, an odd number. */
  kernel_length: {
    kind: "whole",
    range: [1, 31],
    help: "filter extent along the positions (odd)",
    presets: { default: [3, "DNGPU code"], diagonal: [3, "DNGPU code"], paper: [3, "paper, section 3"] },
  },
  /** How far beyond 0 and 1 the CGRU's gates would reach if they were not cut off there; 0 for plain sigmoids. */
  gate_cutoff: {
    kind: "real",
    range: [0, 10],
    help: "how far the CGRU's gates are cut off at 0 and at 1, 0 for plain sigmoids",
    presets: { default: [0.1, "unused"], diagonal: [0.1, "unused"], paper: [0.1, "paper, section 2"] },
    before: 0.1,
  },
  /**
   * Number of values from −1 to 1 to which the state is rounded after every step, 0 for no rounding. In the last half of
   * the steps after mastery every second training step rounds, too, and gradients pass as though nothing were rounded.
   */
  state_levels: {
    kind: "whole",
    range: [0, 65535],
    help:
      "levels to which the state is rounded after every step (odd), from half of the final steps on; 0 for none",
    presets: { default: [0, "chosen here"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 2"] },
    before: 0,
  },
  /** Steps beyond the length n of a row. */
  extra_steps: {
    kind: "whole",
    range: [0, 1000],
    help: "steps beyond the length n of a row",
    presets: { default: [0, "DNGPU code"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 2"] },
  },
  /** Largest number of steps beyond the length n in training, where each batch takes a random number of them from 0 on. */
  training_extra_steps: {
    kind: "whole",
    range: [0, 1000],
    help: "steps beyond n in training, a random number from 0 to this; follows --extra-steps",
    presets: { default: [0, "DNGPU code"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 2"] },
    before: { as: "extra_steps" },
    follows: "extra_steps",
    formerly: ["drawn_extra_steps"],
  },
  /** The same once the largest size is mastered: an answer must not only come, but stay. */
  training_extra_steps_after_mastery: {
    kind: "whole",
    range: [0, 1000],
    help: "steps beyond n in training after mastery of the largest size; follows --training-extra-steps",
    presets: { default: [0, "DNGPU code"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 2"] },
    before: { as: "training_extra_steps" },
    follows: "training_extra_steps",
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type ModelSettings = ValuesOf<typeof MODEL>;
