/** The table of all settings: what each may be, and what it is for. */
import type { Key } from "./configuration.ts";

/** What a setting may be, and what it is for: for checks, `--help` and the documentation. */
export interface Field {
  /** The kind of value. `lengths` is a list of whole numbers, `none` or separated by commas. */
  readonly type: "whole" | "real" | "choice" | "switch" | "lengths";
  /** Smallest and largest value of a number. */
  readonly range?: readonly [number, number];
  /** What a `choice` may be. */
  readonly choices?: readonly string[];
  /** One line for `--help`. */
  readonly help: string;
  /** The title under which `--help` shows it. */
  readonly group: string;
}

/** Settings whose group is yet to be named. */
type Fields<Name extends Key = Key> = Readonly<Record<Name, Omit<Field, "group">>>;

const model = {
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
} satisfies Partial<Fields>;

const curriculum = {
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
} satisfies Partial<Fields>;

const optimization = {
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
} satisfies Partial<Fields>;

const regularization = {
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
} satisfies Partial<Fields>;

const relaxation = {
  relaxation_sets: {
    type: "whole",
    range: [1, 64],
    help: "parameter sets that the steps take in turn until they are averaged, r",
  },
  pull: { type: "real", range: [0, 1e6], help: "weight of the pull between the sets at the start" },
  pull_factor: { type: "real", range: [1, 1e6], help: "factor on the pull where a batch reaches advance_at" },
  average_at: { type: "real", range: [0, 1e6], help: "pull from which on that averages the sets instead" },
} satisfies Partial<Fields>;

const validation = {
  master_at: { type: "real", range: [0, 1], help: "share of examples right that ends the curriculum" },
  final_steps: { type: "whole", range: [0, 1e9], help: "steps after the largest size is mastered" },
  validate_every: { type: "whole", range: [1, 1e9], help: "steps between validations" },
  validate_at: {
    type: "whole",
    range: [1, 1000],
    help: "longest validation, in multiples of the largest size",
  },
  check_every: { type: "whole", range: [1, 10000], help: "steps between two looks at what was learned" },
} satisfies Partial<Fields>;

function inGroup<Name extends Key>(group: string, fields: Fields<Name>): Record<Name, Field> {
  const entries = Object.entries<Omit<Field, "group">>(fields);
  return Object.fromEntries(entries.map(([name, field]) => [name, { ...field, group }])) as Record<
    Name,
    Field
  >;
}

/** All settings, in the order in which they are shown. */
export const FIELDS: Readonly<Record<Key, Field>> = {
  ...inGroup("Model", model),
  ...inGroup("Curriculum", curriculum),
  ...inGroup("Optimization", optimization),
  ...inGroup("Regularization", regularization),
  ...inGroup("Relaxation", relaxation),
  ...inGroup("Validation and end", validation),
};

/** The names of all settings. */
export const KEYS: readonly Key[] = Object.keys(FIELDS) as Key[];

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
