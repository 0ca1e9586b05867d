import type { Setting, ValuesOf } from "./setting.ts";

/** Settings of how a training step changes the parameters. */
export const OPTIMIZATION = {
  /** Examples in a training step, and in each bin where there are bins. */
  batch_size: {
    kind: "whole",
    range: [1, 65536],
    help: "examples in a training step",
    presets: { default: [32, "measured here"], diagonal: [32, "DNGPU code"], paper: [32, "paper's code"] },
  },
  /** The optimizer's formulas. */
  optimizer: {
    kind: "choice",
    choices: ["adamax", "adam"],
    help: "optimizer",
    presets: {
      default: ["adamax", "DNGPU code"],
      diagonal: ["adamax", "DNGPU code"],
      paper: ["adam", "paper, section 3"],
    },
  },
  /** Learning rate at the start. */
  learning_rate: {
    kind: "real",
    range: [0, 10],
    help: "learning rate at the start",
    presets: {
      default: [0.015, "measured here"],
      diagonal: [0.01, "DNGPU code: 0.01·48/maps"],
      paper: [0.001, "paper's code"],
    },
  },
  /** How the learning rate changes during the training. */
  schedule: {
    kind: "choice",
    choices: ["constant", "cosine", "plateau", "decay"],
    help: "how the learning rate changes",
    presets: {
      default: ["cosine", "measured here"],
      diagonal: ["plateau", "DNGPU code"],
      paper: ["decay", "paper's code"],
    },
  },
  /** Adam's ε. */
  adam_epsilon: {
    kind: "real",
    range: [0, 1],
    help: "Adam's epsilon; AdaMax has 1e-8",
    presets: { default: [1e-8, "unused"], diagonal: [1e-8, "unused"], paper: [0.0001, "paper, section 3"] },
  },
  /** Largest norm of a gradient; longer ones are scaled down. 0 for no limit. */
  clip_norm: {
    kind: "real",
    range: [0, 1e9],
    help: "largest norm of a gradient, 0 for no limit",
    presets: { default: [0, "DNGPU code"], diagonal: [0, "DNGPU code"], paper: [1, "paper, section 3"] },
  },
} as const satisfies Readonly<Record<string, Setting>>;

/**
 * The values of these settings.
 * @internal
 */
export type OptimizationSettings = ValuesOf<typeof OPTIMIZATION>;
