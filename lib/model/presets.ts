import { UsageError } from "../errors.ts";
import type { Problem } from "../problems/problem.ts";
import type { Configuration } from "./configuration.ts";

/**
 * `default`: what was measured here to work best. `diagonal`: Freivalds & Liepins 2017 as in their code. `paper`:
 * Kaiser & Sutskever 2015, and their code where the paper is silent.
 */
export type PresetName = "default" | "diagonal" | "paper";

/** A named configuration. `max_size` is left to the problem. */
export interface Preset {
  /** One line for `--help`. */
  readonly title: string;
  /** Values for every problem. */
  readonly base: Omit<Configuration, "max_size">;
  /** Values that follow from the number of maps. */
  readonly byMaps?: (maps: number) => Partial<Configuration>;
  /** Values that differ for some problems. */
  readonly byProblem: Readonly<Record<string, Partial<Configuration>>>;
}

const diagonalCell = {
  cell: "diagonal",
  width: 1,
  layers: 1,
  kernel_width: 1,
  kernel_length: 3,
  extra_steps: 0,
} as const;

/** All presets. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  default: {
    title: "the diagonal cell with a curriculum, as measured to generalise best",
    base: {
      ...diagonalCell,
      maps: 32,
      start_size: 3,
      advance_at: 0.7,
      random_size_share: 0.2,
      bins: [],
      carry_share: 0.4,
      batch_size: 32,
      optimizer: "adamax",
      learning_rate: 0.015,
      schedule: "cosine",
      adam_epsilon: 1e-8,
      clip_norm: 0,
      dropout: 0.3,
      dropout_on: "candidate",
      saturation_weight: 1e-3,
      embedding_saturation: false,
      final_steps: 800,
      validate_every: 50,
      validate_at: 10,
      check_every: 8,
    },
    byProblem: {},
  },
  diagonal: {
    title: "the diagonal Neural GPU as its authors published it: nine lengths a step, no curriculum",
    byMaps: (maps) => ({ learning_rate: 0.01 * 48 / maps }),
    base: {
      ...diagonalCell,
      maps: 48,
      start_size: 1,
      advance_at: 0.9,
      random_size_share: 0,
      bins: [8, 12, 16, 20, 25, 28, 31, 36, 41],
      carry_share: 0,
      batch_size: 32,
      optimizer: "adamax",
      learning_rate: 0.01,
      schedule: "plateau",
      adam_epsilon: 1e-8,
      clip_norm: 0,
      dropout: 0.1,
      dropout_on: "candidate",
      saturation_weight: 1e-3,
      embedding_saturation: true,
      final_steps: 20000,
      validate_every: 200,
      validate_at: 10,
      check_every: 200,
    },
    byProblem: {
      badd: { dropout: 0.5 },
      bmul: { maps: 96 },
    },
  },
  paper: {
    title: "the Neural GPU of the paper: two CGRUs, 4 columns, 3×3 filters",
    base: {
      cell: "cgru",
      maps: 24,
      width: 4,
      layers: 2,
      kernel_width: 3,
      kernel_length: 3,
      extra_steps: 0,
      start_size: 1,
      advance_at: 0.9,
      random_size_share: 0.2,
      bins: [],
      carry_share: 0,
      batch_size: 32,
      optimizer: "adam",
      learning_rate: 1e-3,
      schedule: "constant",
      adam_epsilon: 1e-4,
      clip_norm: 1,
      dropout: 0.09,
      dropout_on: "state",
      saturation_weight: 0,
      embedding_saturation: false,
      final_steps: 2000,
      validate_every: 200,
      validate_at: 10,
      check_every: 50,
    },
    byProblem: {},
  },
};

/** The preset of that name. Throws a {@linkcode UsageError}. */
export function findPreset(name: string): Preset {
  if (!Object.hasOwn(presets, name)) {
    throw new UsageError(`Cannot use --preset ${name}: expected ${Object.keys(presets).join(" or ")}`);
  }
  return presets[name as PresetName];
}

/** A preset's values for a problem. Those in `overrides` win, and other values that follow from them follow. */
export function resolve(
  preset: Preset,
  problem: Pick<Problem, "name" | "maxSize">,
  overrides: Partial<Configuration> = {},
): Configuration {
  const max_size = overrides.max_size ?? problem.maxSize;
  const own = Object.hasOwn(preset.byProblem, problem.name) ? preset.byProblem[problem.name] : {};
  const start_size = Math.min(preset.base.start_size, max_size);
  const maps = overrides.maps ?? own?.maps ?? preset.base.maps;
  return { ...preset.base, ...own, ...preset.byMaps?.(maps), max_size, start_size, ...overrides };
}
