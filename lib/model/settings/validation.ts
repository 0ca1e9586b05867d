import type { Setting, ValuesOf } from "./setting.ts";

/** Settings of when a run is validated, when it counts as mastered, and when it ends. */
export const VALIDATION = {
  /** Share of validation examples of the largest size that must be right for it to count as mastered. */
  mastery_accuracy: {
    kind: "real",
    range: [0, 1],
    help: "share of examples of the largest size that must be right to master it",
    presets: { default: [1, "measured here"], diagonal: [1, "chosen here"], paper: [1, "chosen here"] },
    before: 1,
    formerly: ["master_at"],
  },
  /** Steps after the largest size is mastered; with bins all steps of an attempt. */
  steps_after_mastery: {
    kind: "whole",
    range: [0, 1e9],
    help: "steps after mastery of the largest size; with --bins all steps",
    presets: {
      default: [1200, "measured here"],
      diagonal: [20000, "DNGPU code"],
      paper: [5000, "chosen here"],
    },
    formerly: ["final_steps"],
  },
  /** Steps between validations. */
  validate_every: {
    kind: "whole",
    range: [1, 1e9],
    help: "steps between validations",
    presets: { default: [200, "measured here"], diagonal: [200, "DNGPU code"], paper: [200, "paper's code"] },
  },
  /** The longest validation, in multiples of the largest training size. */
  validate_max_multiple: {
    kind: "whole",
    range: [1, 1000],
    help: "longest validation, in multiples of the largest size",
    presets: { default: [10, "measured here"], diagonal: [10, "DNGPU code"], paper: [10, "paper's code"] },
    formerly: ["validate_at"],
  },
  /** Steps after which the curriculum, the learning rate and the noise are adjusted, and metrics are written. */
  check_every: {
    kind: "whole",
    range: [1, 10000],
    help: "steps between two adjustments of curriculum, learning rate and noise",
    presets: { default: [8, "measured here"], diagonal: [200, "DNGPU code"], paper: [200, "paper's code"] },
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type ValidationSettings = ValuesOf<typeof VALIDATION>;
