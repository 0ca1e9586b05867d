import { parseDecimal } from "../decimal.ts";
import { shown, UsageError } from "../errors.ts";
import type { CellKind } from "../recurrence/spec.ts";

/**
 * Everything that a training run can be told, model and training alike. The names are those of config.json, of a
 * model file's metadata and, with hyphens, of the command line's flags.
 */
export interface Configuration {
  /** The cell's formulas. */
  cell: CellKind;
  /** Channels of the state, m. */
  maps: number;
  /** Columns of the state, w. */
  width: number;
  /** Cells with parameters of their own in one step, l. */
  layers: number;
  /** Extent of the filters along the columns. */
  kernel_width: number;
  /** Extent of the filters along the positions. */
  kernel_length: number;
  /** How far beyond 0 and 1 the CGRU's gates would reach if they were not cut off there; 0 for plain sigmoids. */
  gate_cutoff: number;
  /** Values from −1 to 1 to which the state is rounded after every step, but not in training steps; 0 for no rounding. */
  state_levels: number;
  /** Steps beyond the length n of a row. */
  extra_steps: number;
  /** A training step takes a random number of them, from 0 to this. */
  drawn_extra_steps: number;

  /** Largest size trained. */
  max_size: number;
  /** Size at which the curriculum starts. */
  start_size: number;
  /** Share of a batch that must be right, with dropout on, before the next size is taken. */
  advance_at: number;
  /** Probability of a batch of a random size instead of the current one. */
  random_size_share: number;
  /** Lengths trained together at every step, in place of the curriculum; empty for the curriculum. */
  bins: number[];
  /** Share of training examples from the carry suite. */
  carry_share: number;
  /** Examples of each size that there are to train on; 0 for fresh ones at every step. */
  examples_per_size: number;

  /** Examples in a training step (in each bin where there are bins). */
  batch_size: number;
  /** The optimizer's formulas. */
  optimizer: "adamax" | "adam";
  /** Learning rate at the start. */
  learning_rate: number;
  /** How the learning rate goes on. */
  schedule: "constant" | "cosine" | "plateau" | "decay";
  /** Adam's ε. */
  adam_epsilon: number;
  /** Largest norm of a gradient; longer ones are scaled down. 0 for no limit. */
  clip_norm: number;
  /** Scale of the normal noise on the gradient; 0 for none. */
  gradient_noise: number;
  /** The variance of that noise falls as step to the power of minus this. */
  noise_decay: number;
  /** Share of units dropped. */
  dropout: number;
  /** The same once the largest size is mastered. */
  final_dropout: number;
  /** Where units are dropped. */
  dropout_on: "candidate" | "state";
  /** Whether the share dropped is 8/length of that, beyond a length of 8. */
  dropout_by_length: boolean;
  /** Largest noise that is added to each unit of the state after every step. */
  state_noise: number;
  /** The same once the largest size is mastered. */
  final_noise: number;
  /** Share of examples right above which that noise grows, and below which it falls; 0 where it stays as it is. */
  noise_at: number;
  /** Share of a batch's examples that have neither dropout nor noise. */
  clean_share: number;
  /** The same once the largest size is mastered. */
  final_clean_share: number;
  /** Largest weight of the saturation cost; 0 for none. */
  saturation_weight: number;
  /** Whether the embedding's pre-activations are part of the saturation cost. */
  embedding_saturation: boolean;

  /** Parameter sets that the steps of the recurrence take in turn, r, until they are averaged; 1 for none of that. */
  relaxation_sets: number;
  /** Weight of the squared distance between the sets in the loss, at the start. */
  pull: number;
  /** Factor on the pull whenever the curriculum's threshold is reached. */
  pull_factor: number;
  /** Pull from which on that averages the sets instead. */
  average_at: number;

  /** Share of validation examples of the largest size that must be right for it to count as mastered. */
  master_at: number;
  /** Steps after the largest size is mastered. */
  final_steps: number;
  /** Steps between validations. */
  validate_every: number;
  /** The longest validation, in multiples of the largest training size. */
  validate_at: number;
  /** Steps between two looks at what was learned. */
  check_every: number;
}

/** The name of a setting. */
export type Key = keyof Configuration;

/** What a setting may be, and what it is for: one table for checks, `--help` and the documentation. */
export interface Field {
  /** The kind of value. `lengths` is a list of whole numbers, `none` or separated by commas. */
  readonly type: "whole" | "real" | "choice" | "switch" | "lengths";
  /** Smallest and largest value of a number. */
  readonly range?: readonly [number, number];
  /** What a `choice` may be. */
  readonly choices?: readonly string[];
  /** One line for `--help`. */
  readonly help: string;
}

/** All settings, in the order in which they are shown. */
export const FIELDS: Readonly<Record<Key, Field>> = {
  cell: {
    type: "choice",
    choices: ["diagonal", "cgru"],
    help: "cell: hard gates and a shifted state, or the paper's CGRU",
  },
  maps: { type: "whole", range: [1, 4096], help: "channels of the state, m" },
  width: { type: "whole", range: [1, 64], help: "columns of the state, w" },
  layers: { type: "whole", range: [1, 16], help: "cells in one step, l" },
  kernel_width: { type: "whole", range: [1, 31], help: "filter extent along the columns (odd)" },
  kernel_length: { type: "whole", range: [1, 31], help: "filter extent along the positions (odd)" },
  gate_cutoff: {
    type: "real",
    range: [0, 10],
    help: "how much of the CGRU's gates is cut off on either side",
  },
  state_levels: {
    type: "whole",
    range: [0, 65535],
    help: "levels to which inference rounds the state after every step (odd), 0 for any value",
  },
  extra_steps: {
    type: "whole",
    range: [0, 1000],
    help: "steps beyond the length n of a row",
  },
  drawn_extra_steps: {
    type: "whole",
    range: [0, 1000],
    help: "steps beyond n in training, a random number from 0 to this",
  },
  max_size: { type: "whole", range: [1, 100000], help: "largest size trained" },
  start_size: { type: "whole", range: [1, 100000], help: "size at which the curriculum starts" },
  advance_at: { type: "real", range: [0, 1], help: "share of a batch right before the next size" },
  random_size_share: { type: "real", range: [0, 1], help: "share of batches at a random size" },
  bins: {
    type: "lengths",
    range: [3, 100000],
    help: "lengths trained together at every step, instead of a curriculum",
  },
  carry_share: { type: "real", range: [0, 1], help: "share of training examples from the carry suite" },
  examples_per_size: {
    type: "whole",
    range: [0, 1e9],
    help: "examples of each size to train on, 0 for fresh ones at every step",
  },
  batch_size: { type: "whole", range: [1, 65536], help: "examples in a training step" },
  optimizer: { type: "choice", choices: ["adamax", "adam"], help: "optimizer" },
  learning_rate: { type: "real", range: [0, 10], help: "learning rate at the start" },
  schedule: {
    type: "choice",
    choices: ["constant", "cosine", "plateau", "decay"],
    help: "how the learning rate goes on",
  },
  adam_epsilon: { type: "real", range: [0, 1], help: "Adam's epsilon; AdaMax has 1e-8" },
  clip_norm: { type: "real", range: [0, 1e9], help: "largest norm of a gradient, 0 for no limit" },
  gradient_noise: { type: "real", range: [0, 1e3], help: "scale of the gradient's noise, 0 for none" },
  noise_decay: { type: "real", range: [0, 10], help: "x where the noise's variance falls as step^-x" },
  dropout: { type: "real", range: [0, 0.99], help: "share of units dropped" },
  final_dropout: {
    type: "real",
    range: [0, 0.99],
    help: "that share once the largest size is mastered; follows --dropout",
  },
  dropout_on: {
    type: "choice",
    choices: ["candidate", "state"],
    help: "drop input and candidate, or the whole state",
  },
  dropout_by_length: { type: "switch", help: "whether dropout is times 8/length beyond a length of 8" },
  state_noise: {
    type: "real",
    range: [0, 1],
    help: "noise on the state after every step, uniform in ± this",
  },
  final_noise: { type: "real", range: [0, 1], help: "that noise once the largest size is mastered" },
  noise_at: {
    type: "real",
    range: [0, 1],
    help: "share right above which that noise grows and below which it falls, 0 for fixed noise",
  },
  clean_share: {
    type: "real",
    range: [0, 1],
    help: "share of a batch's examples without dropout and noise",
  },
  final_clean_share: { type: "real", range: [0, 1], help: "that share once the largest size is mastered" },
  saturation_weight: {
    type: "real",
    range: [0, 1e3],
    help: "largest weight of the saturation cost, 0 for none",
  },
  embedding_saturation: { type: "switch", help: "whether the embedding counts in the saturation cost" },
  relaxation_sets: {
    type: "whole",
    range: [1, 64],
    help: "parameter sets that the steps take in turn until they are averaged, r",
  },
  pull: { type: "real", range: [0, 1e6], help: "weight of the pull between the sets at the start" },
  pull_factor: { type: "real", range: [1, 1e6], help: "factor on the pull where a batch reaches advance_at" },
  average_at: { type: "real", range: [0, 1e6], help: "pull from which on that averages the sets instead" },
  master_at: { type: "real", range: [0, 1], help: "share of examples right that ends the curriculum" },
  final_steps: { type: "whole", range: [0, 1e9], help: "steps after the largest size is mastered" },
  validate_every: { type: "whole", range: [1, 1e9], help: "steps between validations" },
  validate_at: {
    type: "whole",
    range: [1, 1000],
    help: "longest validation, in multiples of the largest size",
  },
  check_every: { type: "whole", range: [1, 10000], help: "steps between two looks at what was learned" },
};

/** The names of all settings. */
export const KEYS: readonly Key[] = Object.keys(FIELDS) as Key[];

/** Reads a setting from the text of a flag. Throws a {@linkcode UsageError} that says what is allowed. */
export function parseSetting(key: Key, text: string): Configuration[Key] {
  const field = FIELDS[key];
  const value: unknown = field.type === "choice"
    ? text
    : field.type === "switch"
    ? text === "true" ? true : text === "false" ? false : text
    : field.type === "lengths"
    ? text === "none" ? [] : text.split(",").map(parseDecimal)
    : parseDecimal(text);
  return checkSetting(key, value, text);
}

/** Checks a setting's value. Throws a {@linkcode UsageError} that says what is allowed. */
export function checkSetting(
  key: Key,
  value: unknown,
  text: string = shown(value),
): Configuration[Key] {
  const field = FIELDS[key];
  if (!allowed(field, value)) {
    throw new UsageError(`Cannot use --${flagOf(key)} ${text}: expected ${expectation(field)}`);
  }
  return value as Configuration[Key];
}

/** The flag that sets `key`, without the leading hyphens. */
export function flagOf(key: string): string {
  return key.replaceAll("_", "-");
}

function allowed(field: Field, value: unknown): boolean {
  const [least, most] = field.range ?? [-Infinity, Infinity];
  const inRange = (x: unknown) => typeof x === "number" && x >= least && x <= most;
  switch (field.type) {
    case "whole":
      return Number.isInteger(value) && inRange(value);
    case "real":
      return inRange(value);
    case "choice":
      return field.choices!.includes(value as string);
    case "switch":
      return typeof value === "boolean";
    case "lengths":
      return Array.isArray(value) && value.every((x) => Number.isInteger(x) && inRange(x));
  }
}

/** What a setting may be, in words. */
export function expectation(field: Field): string {
  const range = field.range ? ` from ${field.range[0]} to ${field.range[1]}` : "";
  switch (field.type) {
    case "whole":
      return `a whole number${range}`;
    case "real":
      return `a number${range}`;
    case "choice":
      return field.choices!.join(" or ");
    case "switch":
      return "true or false";
    case "lengths":
      return `whole numbers${range}, separated by commas, or none`;
  }
}

/** Checks a whole configuration, settings that depend on each other included. Throws a {@linkcode UsageError}. */
export function checkConfiguration(configuration: Configuration): Configuration {
  for (const key of KEYS) checkSetting(key, configuration[key]);
  const refuse = (key: Key, expected: string): never => {
    throw new UsageError(`Cannot use --${flagOf(key)} ${configuration[key]}: expected ${expected}`);
  };
  const { width, kernel_width, kernel_length, start_size, max_size, cell } = configuration;
  const { final_noise, noise_at, state_levels } = configuration;
  if (kernel_width % 2 === 0) refuse("kernel_width", "an odd number");
  if (kernel_length % 2 === 0) refuse("kernel_length", "an odd number");
  if (kernel_width > 2 * width - 1) refuse("kernel_width", `at most ${2 * width - 1} for width ${width}`);
  if (state_levels !== 0 && (state_levels < 3 || state_levels % 2 === 0)) {
    refuse("state_levels", "0, or an odd number from 3");
  }
  if (start_size > max_size) refuse("start_size", `at most max_size, which is ${max_size}`);
  if (noise_at > 0 && final_noise === 0) {
    refuse("final_noise", `more than 0 with --noise-at ${noise_at}, as the noise grows from there`);
  }
  if (cell === "diagonal" && width !== 1) refuse("width", "1 for the diagonal cell");
  return configuration;
}
