import type { Setting, ValuesOf } from "./setting.ts";

/** Settings that make training harder than the problem is, so that the network generalises. */
export const REGULARIZATION = {
  /** Scale of the normal noise on the gradient; 0 for none. */
  gradient_noise: {
    kind: "real",
    range: [0, 1000],
    help: "scale of the gradient's noise, 0 for none",
    presets: { default: [0, "chosen here"], diagonal: [0, "chosen here"], paper: [0, "paper's code"] },
    before: 0,
  },
  /** The variance of the gradient's noise falls as the step to the power of minus this. */
  gradient_noise_decay: {
    kind: "real",
    range: [0, 10],
    help: "x where the variance of the gradient's noise falls as step^-x",
    presets: { default: [0.5, "unused"], diagonal: [0.5, "unused"], paper: [0.5, "paper, section 3.3"] },
    before: 0.5,
    formerly: ["noise_decay"],
  },
  /** Share of units dropped in training. */
  dropout: {
    kind: "real",
    range: [0, 0.99],
    help: "share of units dropped",
    presets: {
      default: [0.3, "measured here"],
      diagonal: [0.1, "DNGPU code"],
      paper: [0.09, "paper, section 3.3"],
    },
  },
  /** Share of units dropped once the largest size is mastered. */
  dropout_after_mastery: {
    kind: "real",
    range: [0, 0.99],
    help: "share of units dropped after mastery of the largest size; follows --dropout",
    presets: {
      default: [0, "measured here"],
      diagonal: [0.1, "DNGPU code"],
      paper: [0.09, "paper, section 3.3"],
    },
    before: { as: "dropout" },
    follows: "dropout",
    formerly: ["final_dropout"],
  },
  /** Where units are dropped: in the embedded input and every candidate, or in the whole state. */
  dropout_on: {
    kind: "choice",
    choices: ["candidate", "state"],
    help: "drop input and candidate, or the whole state",
    presets: {
      default: ["candidate", "DNGPU code"],
      diagonal: ["candidate", "DNGPU code"],
      paper: ["state", "paper, section 3.3"],
    },
  },
  /** Whether the share dropped is 8/length of what the other settings say, beyond a length of 8. */
  dropout_by_length: {
    kind: "switch",
    help: "whether dropout is times 8/length beyond a length of 8",
    presets: {
      default: [false, "DNGPU code"],
      diagonal: [false, "DNGPU code"],
      paper: [false, "paper, section 3.3"],
    },
    before: false,
  },
  /** Largest noise that is added to each unit of the state after every training step of the recurrence. */
  state_noise: {
    kind: "real",
    range: [0, 1],
    help: "noise on the state after every step, uniform in ± this",
    presets: { default: [0, "measured here"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 3.3"] },
    before: 0,
  },
  /** Noise on the state once the largest size is mastered. */
  state_noise_after_mastery: {
    kind: "real",
    range: [0, 1],
    help: "noise on the state after mastery of the largest size",
    presets: {
      default: [0.15, "measured here"],
      diagonal: [0, "DNGPU code"],
      paper: [0, "paper, section 3.3"],
    },
    before: 0,
    formerly: ["final_noise"],
  },
  /** Share of examples right above which the noise after mastery grows, and below which it falls; 0 where it stays as it is. */
  state_noise_target_accuracy: {
    kind: "real",
    range: [0, 1],
    help: "accuracy above which the noise after mastery grows and below which it falls; 0 keeps it fixed",
    presets: { default: [0, "measured here"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 3.3"] },
    before: 0,
    formerly: ["noise_at"],
  },
  /** Share of a batch's examples that have neither dropout nor noise on the state. */
  clean_share: {
    kind: "real",
    range: [0, 1],
    help: "share of a batch's examples without dropout and state noise",
    presets: { default: [0, "DNGPU code"], diagonal: [0, "DNGPU code"], paper: [0, "paper, section 3.3"] },
    before: 0,
  },
  /** Share of a batch's examples without dropout and noise once the largest size is mastered. */
  clean_share_after_mastery: {
    kind: "real",
    range: [0, 1],
    help: "share of a batch's examples without dropout and state noise after mastery",
    presets: {
      default: [0.5, "measured here"],
      diagonal: [0, "DNGPU code"],
      paper: [0, "paper, section 3.3"],
    },
    before: { as: "clean_share" },
    formerly: ["final_clean_share"],
  },
  /** Largest weight of the saturation cost in the loss; 0 for none. */
  saturation_weight: {
    kind: "real",
    range: [0, 1000],
    help: "largest weight of the saturation cost, 0 for none",
    presets: {
      default: [0.001, "DNGPU code"],
      diagonal: [0.001, "DNGPU code"],
      paper: [0, "paper, section 2"],
    },
  },
  /** Whether the embedding's pre-activations are part of the saturation cost. */
  saturation_of_embedding: {
    kind: "switch",
    help: "whether the embedding counts in the saturation cost",
    presets: { default: [false, "chosen here"], diagonal: [true, "DNGPU code"], paper: [false, "unused"] },
    formerly: ["embedding_saturation"],
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type RegularizationSettings = ValuesOf<typeof REGULARIZATION>;
