import { parseDecimal } from "../checks/decimal.ts";
import { asTyped, option, say, type Sentence, shown, wrongValue } from "../errors.ts";
import type { Configuration, Key } from "./configuration.ts";
import { expectation, type Field, FIELDS, KEYS } from "./fields.ts";

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
  return checkSetting(key, value, asTyped(text));
}

/** Checks a setting's value. Throws a {@linkcode UsageError} that says what is allowed. */
export function checkSetting(
  key: Key,
  value: unknown,
  text: string = shown(value),
): Configuration[Key] {
  const field = FIELDS[key];
  if (!isAllowed(field, value)) {
    throw wrongValue(key, text, expectation(field));
  }
  return value as Configuration[Key];
}

/** Whether a value is one that the setting may have. */
export function isAllowed(field: Field, value: unknown): boolean {
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

/** A setting that is wrong, and what it may be. */
export interface Mistake {
  /** Its name. */
  readonly key: Key;
  /** In words, after "expected". */
  readonly expected: Sentence;
}

/** What is wrong with a whole configuration, settings that depend on each other included: undefined where nothing is. */
export function mistakeIn(configuration: Configuration): Mistake | undefined {
  const wrong = KEYS.find((key) => !isAllowed(FIELDS[key], configuration[key]));
  if (wrong !== undefined) return { key: wrong, expected: expectation(FIELDS[wrong]) };
  const { width, kernel_width, kernel_length, start_size, max_size, cell } = configuration;
  const { final_noise, noise_at, state_levels } = configuration;
  const odd = "an odd number";
  const rules: readonly (Mistake & { readonly broken: boolean })[] = [
    { broken: kernel_width % 2 === 0, key: "kernel_width", expected: odd },
    { broken: kernel_length % 2 === 0, key: "kernel_length", expected: odd },
    {
      broken: kernel_width > 2 * width - 1,
      key: "kernel_width",
      expected: `at most ${2 * width - 1} for width ${width}`,
    },
    {
      broken: state_levels !== 0 && (state_levels < 3 || state_levels % 2 === 0),
      key: "state_levels",
      expected: "0, or an odd number from 3",
    },
    { broken: start_size > max_size, key: "start_size", expected: `at most max_size, which is ${max_size}` },
    {
      broken: noise_at > 0 && final_noise === 0,
      key: "final_noise",
      expected: say`more than 0 with ${option("noise_at")} ${noise_at}, as the noise grows from there`,
    },
    { broken: cell === "diagonal" && width !== 1, key: "width", expected: "1 for the diagonal cell" },
  ];
  return rules.find(({ broken }) => broken);
}

/** Checks a whole configuration. Throws a {@linkcode UsageError} that names the setting that is wrong. */
export function checkConfiguration(configuration: Configuration): Configuration {
  const mistake = mistakeIn(configuration);
  if (mistake === undefined) return configuration;
  const { key, expected } = mistake;
  throw wrongValue(key, shown(configuration[key]), expected);
}
