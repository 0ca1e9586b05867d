import { asTyped, wrongValue } from "../errors.ts";
import type { Problem } from "../problems/problem.ts";
import type { Configuration, Key } from "./configuration.ts";
import { KEYS } from "./fields.ts";

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
  /** Where each value comes from, in a few words. */
  readonly sources: Readonly<Record<PresetKey, string>>;
  /** Values that follow from the number of maps. */
  readonly byMaps?: (maps: number) => Partial<Configuration>;
  /** Values that differ for some problems, … */
  readonly byProblem: Readonly<Record<string, Partial<Configuration>>>;
  /** … and where these come from. */
  readonly problemSource: string;
}

/** The name of a setting that presets have. */
export type PresetKey = Exclude<Key, "max_size">;

/** The names of all settings that presets have. */
export const PRESET_KEYS: readonly PresetKey[] = KEYS.filter((key) => key !== "max_size");

/** A value and where it comes from. */
type Sourced<Value> = readonly [value: Value, source: string];

function preset(
  settings: { readonly [key in PresetKey]: Sourced<Configuration[key]> },
  rest: Omit<Preset, "base" | "sources">,
): Preset {
  const part = (place: 0 | 1) => Object.fromEntries(PRESET_KEYS.map((key) => [key, settings[key][place]]));
  return { ...rest, base: part(0) as Preset["base"], sources: part(1) as Preset["sources"] };
}

const MEASURED = "measured here";
/** A value that follows from what the preset is, or that changes only how often a run is looked at. */
const CHOSEN = "chosen here";
/** A value that does nothing, as another one turns its technique off. */
const UNUSED = "unused";
/** arXiv 1702.08727 and its code, github.com/LUMII-Syslab/DNGPU. */
const DNGPU = "DNGPU code";
/** arXiv 1511.08228. */
const paper = (section: string) => `paper, section ${section}`;
/** github.com/tensorflow/models, neural_gpu/, as of 14 March 2016, the day before the paper's last version. */
const CODE = "paper's code";

/** How the sets are pulled together, the same wherever there are several. */
const relaxation = (source: string) => ({
  pull: [5e-4, source],
  pull_factor: [1.2, source],
  average_at: [0.1, source],
} as const);

/** All presets. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  default: preset({
    cell: ["diagonal", DNGPU],
    maps: [32, MEASURED],
    width: [1, DNGPU],
    layers: [1, DNGPU],
    kernel_width: [1, DNGPU],
    kernel_length: [3, DNGPU],
    gate_cutoff: [0.1, UNUSED],
    state_levels: [0, CHOSEN],
    extra_steps: [0, DNGPU],
    drawn_extra_steps: [0, DNGPU],
    start_size: [3, MEASURED],
    advance_at: [0.7, MEASURED],
    random_size_share: [0.2, paper("3.3")],
    bins: [[], MEASURED],
    carry_share: [0.4, MEASURED],
    examples_per_size: [0, CHOSEN],
    batch_size: [32, MEASURED],
    optimizer: ["adamax", DNGPU],
    learning_rate: [0.015, MEASURED],
    schedule: ["cosine", MEASURED],
    adam_epsilon: [1e-8, UNUSED],
    clip_norm: [0, DNGPU],
    gradient_noise: [0, CHOSEN],
    noise_decay: [0.5, UNUSED],
    dropout: [0.3, MEASURED],
    final_dropout: [0, MEASURED],
    dropout_on: ["candidate", DNGPU],
    dropout_by_length: [false, DNGPU],
    state_noise: [0, MEASURED],
    final_noise: [0.15, MEASURED],
    noise_at: [0, MEASURED],
    clean_share: [0, DNGPU],
    final_clean_share: [0.5, MEASURED],
    saturation_weight: [1e-3, DNGPU],
    embedding_saturation: [false, CHOSEN],
    relaxation_sets: [1, DNGPU],
    ...relaxation(UNUSED),
    master_at: [1, MEASURED],
    final_steps: [1200, MEASURED],
    validate_every: [200, MEASURED],
    validate_at: [10, MEASURED],
    check_every: [8, MEASURED],
  }, {
    title: "the diagonal cell with a curriculum, as measured to generalise best",
    problemSource: MEASURED,
    byProblem: {
      add: {
        ...{ maps: 64, start_size: 1, random_size_share: 0.05, learning_rate: 0.008 },
        ...{ dropout: 0.1, clean_share: 0.5, final_noise: 0.02, noise_at: 0.875 },
        ...{ master_at: 0.85, final_steps: 3000, validate_at: 5 },
      },
      bmul: {
        ...{ maps: 64, extra_steps: 8, drawn_extra_steps: 8, batch_size: 16, learning_rate: 0.006 },
        ...{ dropout: 0.1, clean_share: 0.5 },
        ...{ carry_share: 0.5, random_size_share: 0.3 },
        ...{ state_noise: 0.04, final_noise: 0.06, noise_at: 0.925 },
        ...{ master_at: 0.8, final_steps: 12000, validate_every: 800, validate_at: 5 },
      },
    },
  }),
  diagonal: preset({
    cell: ["diagonal", DNGPU],
    maps: [48, DNGPU],
    width: [1, DNGPU],
    layers: [1, DNGPU],
    kernel_width: [1, DNGPU],
    kernel_length: [3, DNGPU],
    gate_cutoff: [0.1, UNUSED],
    state_levels: [0, DNGPU],
    extra_steps: [0, DNGPU],
    drawn_extra_steps: [0, DNGPU],
    start_size: [1, UNUSED],
    advance_at: [0.9, UNUSED],
    random_size_share: [0, UNUSED],
    bins: [[8, 12, 16, 20, 25, 28, 31, 36, 41], DNGPU],
    carry_share: [0, DNGPU],
    examples_per_size: [10000, DNGPU],
    batch_size: [32, DNGPU],
    optimizer: ["adamax", DNGPU],
    learning_rate: [0.01, `${DNGPU}: 0.01·48/maps`],
    schedule: ["plateau", DNGPU],
    adam_epsilon: [1e-8, UNUSED],
    clip_norm: [0, DNGPU],
    gradient_noise: [0, CHOSEN],
    noise_decay: [0.5, UNUSED],
    dropout: [0.1, DNGPU],
    final_dropout: [0.1, DNGPU],
    dropout_on: ["candidate", DNGPU],
    dropout_by_length: [false, DNGPU],
    state_noise: [0, DNGPU],
    final_noise: [0, DNGPU],
    noise_at: [0, DNGPU],
    clean_share: [0, DNGPU],
    final_clean_share: [0, DNGPU],
    saturation_weight: [1e-3, DNGPU],
    embedding_saturation: [true, DNGPU],
    relaxation_sets: [1, DNGPU],
    ...relaxation(UNUSED),
    master_at: [1, CHOSEN],
    final_steps: [20000, DNGPU],
    validate_every: [200, DNGPU],
    validate_at: [10, DNGPU],
    check_every: [200, DNGPU],
  }, {
    title: "the diagonal Neural GPU as its authors published it: nine lengths a step, no curriculum",
    byMaps: (maps) => ({ learning_rate: 0.01 * 48 / maps }),
    problemSource: DNGPU,
    byProblem: {
      badd: { dropout: 0.5, final_dropout: 0.5 },
      bmul: { maps: 96 },
    },
  }),
  paper: preset({
    cell: ["cgru", paper("2")],
    maps: [24, paper("3")],
    width: [4, paper("3")],
    layers: [2, paper("3")],
    kernel_width: [3, paper("3")],
    kernel_length: [3, paper("3")],
    gate_cutoff: [0.1, paper("2")],
    state_levels: [0, paper("2")],
    extra_steps: [0, paper("2")],
    drawn_extra_steps: [0, paper("2")],
    start_size: [1, paper("3.3")],
    advance_at: [0.9, paper("3.3")],
    random_size_share: [0.2, paper("3.3")],
    bins: [[], paper("3.3")],
    carry_share: [0, paper("3.1")],
    examples_per_size: [10000, paper("3.3")],
    batch_size: [32, CODE],
    optimizer: ["adam", paper("3")],
    learning_rate: [1e-3, CODE],
    schedule: ["decay", CODE],
    adam_epsilon: [1e-4, paper("3")],
    clip_norm: [1, paper("3")],
    gradient_noise: [0, CODE],
    noise_decay: [0.5, paper("3.3")],
    dropout: [0.09, paper("3.3")],
    final_dropout: [0.09, paper("3.3")],
    dropout_on: ["state", paper("3.3")],
    dropout_by_length: [false, paper("3.3")],
    state_noise: [0, paper("3.3")],
    final_noise: [0, paper("3.3")],
    noise_at: [0, paper("3.3")],
    clean_share: [0, paper("3.3")],
    final_clean_share: [0, paper("3.3")],
    saturation_weight: [0, paper("2")],
    embedding_saturation: [false, UNUSED],
    relaxation_sets: [6, paper("3.3")],
    ...relaxation(CODE),
    master_at: [1, CHOSEN],
    final_steps: [5000, CHOSEN],
    validate_every: [200, CODE],
    validate_at: [10, CODE],
    check_every: [200, CODE],
  }, {
    title: "the Neural GPU of the paper: two CGRUs, 4 columns, 3×3 filters, six relaxed sets",
    problemSource: CHOSEN,
    byProblem: {},
  }),
};

/** The preset of that name. Throws a {@linkcode UsageError}. */
export function findPreset(name: string): Preset {
  if (!Object.hasOwn(presets, name)) {
    throw wrongValue("preset", asTyped(name), Object.keys(presets).join(" or "));
  }
  return presets[name as PresetName];
}

/** What differs for a problem. */
function ofProblem(preset: Preset, name: string): Partial<Configuration> {
  return Object.hasOwn(preset.byProblem, name) ? preset.byProblem[name]! : {};
}

/** Where a preset's values for a problem come from. */
export function sourcesOf(
  preset: Preset,
  problem: Pick<Problem, "name">,
  overrides: Partial<Configuration> = {},
): Preset["sources"] {
  const own = Object.keys(ofProblem(preset, problem.name)).map((key) => [key, preset.problemSource]);
  const following = followingOf(overrides).map(([key, leader]) => [key, `as ${leader}`]);
  const given = Object.keys(overrides).map((key) => [key, "given"]);
  return { ...preset.sources, ...Object.fromEntries([...own, ...following, ...given]) };
}

/**
 * Settings that have another one's value where that one alone is given: with `dropout` a run has that dropout to its end,
 * and with `extra_steps` training takes up to so many.
 */
const LEADERS = { final_dropout: "dropout", drawn_extra_steps: "extra_steps" } as const;

/** Those of them that follow, with what they follow. */
function followingOf(overrides: Partial<Configuration>) {
  return (Object.entries(LEADERS) as [keyof typeof LEADERS, typeof LEADERS[keyof typeof LEADERS]][])
    .filter(([key, leader]) => overrides[leader] !== undefined && overrides[key] === undefined);
}

/** A preset's values for a problem. Those in `overrides` win, and what follows from them follows. */
export function resolve(
  preset: Preset,
  problem: Pick<Problem, "name" | "maxSize">,
  overrides: Partial<Configuration> = {},
): Configuration {
  const max_size = overrides.max_size ?? problem.maxSize;
  const own = ofProblem(preset, problem.name);
  const start_size = Math.min(own.start_size ?? preset.base.start_size, max_size);
  const maps = overrides.maps ?? own.maps ?? preset.base.maps;
  return {
    ...preset.base,
    ...own,
    ...preset.byMaps?.(maps),
    max_size,
    start_size,
    ...Object.fromEntries(followingOf(overrides).map(([key, leader]) => [key, overrides[leader]])),
    ...overrides,
  };
}
