import { asTyped, type Sentence, shown, wrongValue } from "../errors.ts";
import type { Configuration, SettingName } from "./configuration.ts";
import { cellOf } from "../cells/table.ts";
import { expectation, fromText, isAllowed } from "./settings/kinds.ts";
import { RULES } from "./settings/rules.ts";
import { KEYS, SETTINGS } from "./settings/table.ts";

/** Reads a setting from the text of a flag. Throws a {@linkcode UsageError} that says what is allowed. */
export function parseSetting(key: SettingName, text: string): Configuration[SettingName] {
  const setting = SETTINGS[key];
  const value = fromText(setting, text);
  if (!isAllowed(setting, value)) {
    throw wrongValue(key, asTyped(text), expectation(setting, value));
  }
  return value as Configuration[SettingName];
}

/** A setting that is wrong, and what it may be. */
export interface Mistake {
  /** Its name. */
  readonly key: SettingName;
  /** In words, after "expected". */
  readonly expected: Sentence;
}

/** What is wrong with a whole configuration, settings that depend on each other included: undefined where nothing is. */
export function mistakeIn(configuration: Configuration): Mistake | undefined {
  const wrong = KEYS.find((key) => !isAllowed(SETTINGS[key], configuration[key]));
  if (wrong !== undefined) {
    return { key: wrong, expected: expectation(SETTINGS[wrong], configuration[wrong]) };
  }
  for (const [key, rule] of RULES) {
    const expected = rule(configuration);
    if (expected !== undefined) return { key, expected };
  }
  return undefined;
}

/**
 * Checks a whole configuration. Throws a {@linkcode UsageError} that names the setting that is wrong. In what it returns,
 * a cell of one's own is a copy that does not change, with its parts in one order.
 */
export function checkConfiguration(configuration: Configuration): Configuration {
  const mistake = mistakeIn(configuration);
  if (mistake === undefined) {
    return typeof configuration.cell === "string"
      ? configuration
      : { ...configuration, cell: cellOf(configuration).cell };
  }
  const { key, expected } = mistake;
  throw wrongValue(key, shown(configuration[key]), expected);
}
