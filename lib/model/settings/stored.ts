/** Reads the settings of files that were written before a setting was added or renamed. */
import type { Configuration, SettingName } from "../configuration.ts";
import { KEYS, SETTINGS } from "./table.ts";

const PRESENT_NAMES: ReadonlyMap<string, SettingName> = new Map(
  KEYS.flatMap((key) => (SETTINGS[key].formerly ?? []).map((former) => [former, key] as const)),
);

/** The present name of a setting from its former one; undefined where `name` is not a former name. */
export function presentName(name: string): SettingName | undefined {
  return PRESENT_NAMES.get(name);
}

/** The former name of a setting; undefined where it never had another. */
export function formerName(name: string): string | undefined {
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name as SettingName].formerly?.at(-1) : undefined;
}

/**
 * Settings under their present names. Other properties stay as they are. Where a setting is given under two names,
 * throws the error that `refuse` makes of them.
 */
export function withPresentNames<Value>(
  settings: Readonly<Record<string, Value>>,
  refuse: (both: string) => Error,
): Record<string, Value> {
  const renamed = Object.entries(settings).map(([name, value]) => {
    const present = presentName(name);
    if (present !== undefined && Object.hasOwn(settings, present)) {
      throw refuse(`both ${name} and ${present}`);
    }
    return [present ?? name, value] as const;
  });
  return Object.fromEntries(renamed);
}

/** The settings of a file, completed by the values of settings that were added after it was written. */
export function withLaterSettings(stored: Readonly<Record<string, unknown>>): Configuration {
  const valueOf = (key: SettingName): unknown => {
    if (Object.hasOwn(stored, key)) return stored[key];
    const { before } = SETTINGS[key];
    return typeof before === "object" && "as" in before ? valueOf(before.as) : before;
  };
  const later = KEYS.filter((key) => SETTINGS[key].before !== undefined);
  return {
    ...Object.fromEntries(later.map((key) => [key, valueOf(key)])),
    ...stored,
  } as unknown as Configuration;
}
