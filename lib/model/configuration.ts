import type { CellKind } from "./recurrence_spec.ts";

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

/** The flag that sets `key`, without the leading hyphens. */
export function flagOf(key: string): string {
  return key.replaceAll("_", "-");
}
