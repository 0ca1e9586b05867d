import { asTyped, wrongValue } from "../errors.ts";
import type { Problem } from "../problems/problem.ts";
import type { Configuration, SettingName } from "./configuration.ts";
import type { PresetName } from "./settings/setting.ts";
import { KEYS, SETTINGS } from "./settings/table.ts";

export type { PresetName };

/** A named configuration: values of all settings but `max_size`, which is the problem's own. */
export interface Preset {
  /** Description in one line, for `--help`. */
  readonly title: string;
  /** Values for every problem. */
  readonly base: Omit<Configuration, "max_size">;
  /** Where each value of `base` comes from, such as `paper, section 3.3` or `measured here`. */
  readonly sources: Readonly<Record<PresetSettingName, string>>;
  /** Values that depend on the number of maps; they replace those of `base` and of `byProblem`. */
  readonly byMaps?: (maps: number) => Partial<Configuration>;
  /** Values for some problems, by the problem's name; they replace those of `base`. */
  readonly byProblem: Readonly<Record<string, Partial<Configuration>>>;
  /** Where the values of `byProblem` come from. */
  readonly problemSource: string;
}

/** The name of a setting that presets give a value: any but `max_size`. */
export type PresetSettingName = Exclude<SettingName, "max_size">;

/** The names of all settings that presets have. */
export const PRESET_KEYS: readonly PresetSettingName[] = KEYS.filter((key) => key !== "max_size");

/** Few maps and little dropout do for what moves symbols, and for what a small automaton counts. */
const LIGHT: Partial<Configuration> = { maps: 16, dropout: 0.1 };

/** A guess at an answer of one symbol is often right, so that a larger share must be before the next size. */
const ONE_SYMBOL: Partial<Configuration> = { ...LIGHT, start_size: 1, advance_accuracy: 0.9 };

/** The same values for several problems. */
function valuesOf(values: Partial<Configuration>, problems: readonly string[]): Preset["byProblem"] {
  return Object.fromEntries(problems.map((problem) => [problem, values]));
}

/** A preset, with its values from the table of settings. */
function preset(name: PresetName, rest: Omit<Preset, "base" | "sources">): Preset {
  const part = (place: 0 | 1) =>
    Object.fromEntries(PRESET_KEYS.map((key) => [key, SETTINGS[key].presets![name][place]]));
  return { ...rest, base: part(0) as unknown as Preset["base"], sources: part(1) as Preset["sources"] };
}

/**
 * The presets, by name: where the configuration of a training comes from, with the values that the problem needs.
 *
 * @example Usage
 * ```ts
 * import { presets } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(presets.paper.base.cell, "cgru");
 * assertEquals(presets.paper.sources.relaxation_sets, "paper, section 3.3");
 * assertEquals(presets.default.byProblem.bmul?.maps, 64);
 * ```
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  default: preset("default", {
    title: "the diagonal cell with a curriculum, as measured to generalise best",
    problemSource: "measured here",
    byProblem: {
      badd: { state_levels: 5, training_extra_steps_after_mastery: 20 },
      add: {
        ...{ maps: 64, start_size: 1, random_size_share: 0.05, learning_rate: 0.008 },
        ...{ dropout: 0.1, clean_share: 0.5 },
        ...{ state_noise_after_mastery: 0.02, state_noise_target_accuracy: 0.875 },
        ...{ mastery_accuracy: 0.85, steps_after_mastery: 3000, validate_max_multiple: 5 },
      },
      bmul: {
        ...{ maps: 64, extra_steps: 8, training_extra_steps: 8, batch_size: 16, learning_rate: 0.006 },
        ...{ dropout: 0.1, clean_share: 0.5 },
        ...{ carry_share: 0.5, random_size_share: 0.3 },
        ...{ state_noise: 0.04, state_noise_after_mastery: 0.06, state_noise_target_accuracy: 0.925 },
        ...{ mastery_accuracy: 0.8, steps_after_mastery: 12000 },
        ...{ validate_every: 800, validate_max_multiple: 5 },
      },
      ...valuesOf(LIGHT, ["left-shift", "right-shift", "rev2", "incr", "odds-first"]),
      ...valuesOf(ONE_SYMBOL, ["left", "right", "search", "parity-check", "even-pairs", "cycle-navigation"]),
    },
  }),
  diagonal: preset("diagonal", {
    title: "the diagonal Neural GPU as its authors published it: nine lengths a step, no curriculum",
    byMaps: (maps) => ({ learning_rate: 0.01 * 48 / maps }),
    problemSource: "DNGPU code",
    byProblem: {
      badd: { dropout: 0.5, dropout_after_mastery: 0.5 },
      bmul: { maps: 96 },
    },
  }),
  paper: preset("paper", {
    title: "the Neural GPU of the paper: two CGRUs, 4 columns, 3×3 filters, six relaxed sets",
    problemSource: "chosen here",
    byProblem: {},
  }),
};

/** The preset of that name. Throws a {@linkcode UsageError} where there is none. */
export function findPreset(name: string): Preset {
  if (!Object.hasOwn(presets, name)) {
    throw wrongValue("preset", asTyped(name), Object.keys(presets).join(" or "));
  }
  return presets[name as PresetName];
}

/** The values that a preset has for one problem only. */
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
 * Settings that follow another one, because that one is given and they are not. Where only `dropout` is given, a run has
 * that dropout to its end; where only `extra_steps` is, training takes up to that many.
 */
function followingOf(
  overrides: Partial<Configuration>,
): (readonly [key: SettingName, leader: SettingName])[] {
  return KEYS.flatMap((key) => {
    const leader = SETTINGS[key].follows;
    const isFollowing = leader !== undefined && overrides[leader] !== undefined &&
      overrides[key] === undefined;
    return isFollowing ? [[key, leader] as const] : [];
  });
}

/**
 * The configuration of a preset for a problem. Values in `overrides` replace the preset's, also for settings that
 * follow them.
 */
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
