import { parseSetting } from "../model/check_configuration.ts";
import { type Configuration, flagOf, type SettingName } from "../model/configuration.ts";
import { type Preset, resolve, sourcesOf } from "../model/presets.ts";
import { explanationOf, textOf, valueName } from "../model/settings/kinds.ts";
import { groupOf, KEYS, SETTINGS } from "../model/settings/table.ts";
import type { Problem } from "../problems/problem.ts";
import type { Flag, ParsedArguments } from "./arguments.ts";

/** A flag for every setting of the configuration, with the values of `resolved` as defaults that come from `sources`. */
export function settingFlags(
  resolved?: Configuration,
  sources: Partial<Record<SettingName, string>> = {},
): Flag[] {
  return KEYS.map((key) => {
    const setting = SETTINGS[key];
    const value = resolved?.[key];
    const source = sources[key];
    return {
      name: flagOf(key),
      value: valueName(setting),
      help: explanationOf(setting),
      group: groupOf(key),
      ...(setting.formerly !== undefined && { formerly: setting.formerly.map(flagOf) }),
      ...(value !== undefined && { default: textOf(value) }),
      ...(source !== undefined && { source }),
    };
  });
}

/** A flag for every setting, with the value that a preset has for a problem, or that of `given`, as its default. */
export function resolvedFlags(
  preset: Preset,
  problem: Pick<Problem, "name" | "maxSize">,
  given: Partial<Configuration>,
): Flag[] {
  const sources = { max_size: "of the problem", ...sourcesOf(preset, problem, given) };
  return settingFlags(resolve(preset, problem, given), sources);
}

/** The settings that were given. */
export function settingsOf(args: ParsedArguments): Partial<Configuration> {
  const given = KEYS.filter((key) => args.has(flagOf(key)));
  return Object.fromEntries(given.map((key) => [key, parseSetting(key, args.text(flagOf(key))!)]));
}
