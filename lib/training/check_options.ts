import { UsageError } from "../errors.ts";
import type { Configuration } from "../model/configuration.ts";
import { expectation, isAllowed } from "../model/settings/kinds.ts";
import { presentName } from "../model/settings/stored.ts";
import { KEYS, SETTINGS } from "../model/settings/table.ts";
import { BACKEND, WORKERS } from "../engine/option_kinds.ts";
import { MODEL } from "../model/option_kinds.ts";
import { DATA_PROBLEM, PROBLEM, ROWS, SEED } from "../problems/option_kinds.ts";
import {
  checkNames,
  checkOptions,
  checkValue,
  FUNCTION,
  type Kinds,
  OBJECT,
  oneOf,
  optional,
  reading,
  SIGNAL,
  SWITCH,
  TEXT,
  wholeFrom,
} from "../checks/options.ts";
import type { TrainerOptions, TrainingData, TrainOptions } from "./options.ts";

const OPTIONS: Kinds<TrainerOptions> = {
  problem: optional(PROBLEM),
  data: optional(OBJECT),
  preset: optional(TEXT),
  configuration: optional(OBJECT),
  seed: optional(SEED),
  steps: optional({
    words: "a whole number of at least 1, or Infinity",
    is: (value) => value === Infinity || wholeFrom(1).is(value),
  }),
  attempts: optional(wholeFrom(1)),
  from: optional(MODEL),
  backend: optional(BACKEND),
  workers: optional(WORKERS),
  out: optional(TEXT),
  existing: optional(oneOf(["resume", "overwrite", "beside"])),
  checkpointEvery: optional(wholeFrom(1)),
  note: optional(OBJECT),
  signal: optional(SIGNAL),
  samples: optional(SWITCH),
  report: optional(SWITCH),
};

const DATA: Kinds<TrainingData> = { problem: DATA_PROBLEM, rows: ROWS, validation: optional(ROWS) };

/** The options of `train`, each read once. Throws a `UsageError` where one is unknown, or has the wrong type. */
export function checkTrainOptions(given: TrainOptions): TrainOptions {
  return checkOptions<TrainOptions>("train", given, { ...OPTIONS, onReport: optional(FUNCTION) });
}

/**
 * The options of a training, each read once. Throws a `UsageError` where one is unknown or has the wrong type.
 */
export function checkTrainerOptions(given: TrainerOptions): TrainerOptions {
  const options = checkOptions<TrainerOptions>("train", given, OPTIONS);
  const { configuration, data } = options;
  return {
    ...options,
    ...(configuration !== undefined && { configuration: settingsOf("train", configuration) }),
    ...(data !== undefined && { data: checkOptions<TrainingData>("train", data, DATA) }),
  };
}

/**
 * Settings that a program gives, checked; `action` is what for. Unlike a file's, they must have their present names.
 */
export function settingsOf(action: string, given: Partial<Configuration>): Partial<Configuration> {
  checkValue(action, "settings", given, OBJECT);
  return reading(action, () => {
    const former = Object.keys(given).find((name) => presentName(name) !== undefined);
    if (former !== undefined) {
      const present = presentName(former)!;
      throw new UsageError(`Cannot ${action} with option ${former}: its name is now ${present}`, {
        code: "unknown_name",
        subject: former,
        expected: present,
      });
    }
    checkNames(action, given, KEYS);
    const settings = { ...given };
    for (const key of KEYS.filter((key) => Object.hasOwn(settings, key))) {
      const setting = SETTINGS[key];
      const kind = {
        words: expectation(setting, settings[key]),
        is: (value: unknown) => isAllowed(setting, value),
      };
      checkValue(action, key, settings[key], kind);
    }
    return settings;
  });
}
