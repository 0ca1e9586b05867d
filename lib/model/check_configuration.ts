import { parseDecimal } from "../decimal.ts";
import { asTyped, shown, UsageError } from "../errors.ts";
import { type Configuration, flagOf, type Key } from "./configuration.ts";
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
  if (!allowed(field, value)) {
    throw new UsageError(`Cannot use --${flagOf(key)} ${text}: expected ${expectation(field)}`);
  }
  return value as Configuration[Key];
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
