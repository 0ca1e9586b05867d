/** Settings of `train` that a file may give, as texts by their names in config.json. */
import { BACKENDS } from "../engine/backend.ts";
import { oneOf, seed, wholeNumber, workerCount } from "./arguments.ts";
import { say, type Sentence, shown, UsageError } from "../errors.ts";
import { parseSetting } from "../model/check_configuration.ts";
import type { SettingName } from "../model/configuration.ts";
import { findPreset } from "../model/presets.ts";
import type { Setting } from "../model/settings/setting.ts";
import { isObject } from "../checks/is_object.ts";
import { textOf } from "../model/settings/kinds.ts";
import { KEYS, SETTINGS } from "../model/settings/table.ts";
import { nearest } from "../checks/nearest.ts";

/** One value for each of some settings, as texts by name. */
export type Combination = Readonly<Record<string, string>>;

/** How settings beside the configuration are checked. What the functions return is written as text again. */
const OTHERS: Readonly<Record<string, (text: string) => string | number>> = {
  problem: (text) => text,
  preset: (text) => (findPreset(text), text),
  seed: (text) => seed("seed", text),
  steps: (text) => wholeNumber("steps", text, 1, Number.MAX_SAFE_INTEGER),
  attempts: (text) => wholeNumber("attempts", text, 1, 1e6),
  backend: (text) => oneOf("backend", text, BACKENDS),
  workers: (text) => workerCount(text),
  checkpoint_every: (text) => wholeNumber("checkpoint-every", text, 1, Number.MAX_SAFE_INTEGER),
};

/** Settings that change how a run computes, but not its result. */
export const IMMATERIAL: readonly string[] = ["workers", "checkpoint_every"];

const FIRST = ["problem", "preset"];

/** The names of all settings but the seed, in the order of the columns. A sweep has several seeds. */
export const NAMES: readonly string[] = [
  ...FIRST,
  ...KEYS,
  ...Object.keys(OTHERS).filter((name) => name !== "seed" && !FIRST.includes(name)),
];

/** The column of a setting. The limit on steps is `max_steps`, as `steps` holds the steps that a run took. */
export function columnOf(name: string): string {
  return name === "steps" ? "max_steps" : name;
}

/**
 * The text of a setting, the same for all ways to write it: 0.10 and 1e-1 become 0.1. Throws a `UsageError` where the
 * value is not allowed.
 */
export function canonical(name: string, text: string): string {
  return Object.hasOwn(OTHERS, name)
    ? String(OTHERS[name]!(text))
    : textOf(parseSetting(name as SettingName, text));
}

/**
 * The {@linkcode canonical} text of a value from a JSON file, which has the setting's own type or is the text that its
 * flag would have. Where the value is not allowed, throws the error that `refuse` makes of what was expected, because it
 * is the file that is wrong, not a flag.
 */
export function settingFrom(name: string, value: unknown, refuse: (expected: string) => Error): string {
  const isText = typeof value === "string" ||
    (isKind(name, "lengths") ? isNumbers(value) : isKind(name, "cell") ? isObject(value) : isScalar(value));
  try {
    // A value of another type is left in brackets, which no setting allows.
    return canonical(name, isText ? textOf(value) : shown([value]));
  } catch (thrown) {
    if (!(thrown instanceof UsageError && thrown.expected !== undefined)) throw thrown;
    throw refuse(thrown.expected);
  }
}

/** The error where the file at `path` does not hold settings that runs can have. */
export function wrongSettings(path: string, reason: string, expected: Sentence): UsageError {
  return new UsageError(say`Cannot use ${path}: ${reason}, expected ${expected}`, {
    code: "wrong_file",
    subject: path,
    expected,
  });
}

/** The error where the file at `path` has a name that no setting has. */
export function unknownSetting(path: string, name: string, known: readonly string[]): UsageError {
  const near = nearest(name.slice(0, 60), known);
  const hint = near === undefined
    ? "expected a setting such as problem, maps or dropout"
    : `did you mean ${near}`;
  return new UsageError(`Cannot use ${path}: there is no setting ${shown(name)}, ${hint}`, {
    code: "unknown_name",
    subject: name,
    expected: near,
  });
}

function isKind(name: string, kind: Setting["kind"]): boolean {
  return Object.hasOwn(SETTINGS, name) && SETTINGS[name as SettingName].kind === kind;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function isScalar(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}
