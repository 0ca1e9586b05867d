import { KEYS } from "../model/fields.ts";
import { BACKEND, DATA_PROBLEM, MODEL, PROBLEM, ROWS, SEED, WORKERS } from "../option_kinds.ts";
import {
  checkNames,
  checkOptions,
  FUNCTION,
  type Kinds,
  OBJECT,
  oneOf,
  optional,
  SIGNAL,
  SWITCH,
  TEXT,
  wholeFrom,
} from "../options.ts";
import type { TrainingData, TrainOptions } from "./options.ts";

const OPTIONS: Kinds<TrainOptions> = {
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
  onReport: optional(FUNCTION),
};

const DATA: Kinds<TrainingData> = { problem: DATA_PROBLEM, rows: ROWS, validation: optional(ROWS) };

/**
 * Throws a `UsageError` where `train` is told something that it does not know, or of the wrong type. The values of the
 * configuration are checked where they are put together.
 */
export function checkTrainOptions(options: TrainOptions): void {
  checkOptions("train", options, OPTIONS);
  if (options.configuration !== undefined) checkNames("train", options.configuration, KEYS);
  if (options.data !== undefined) checkOptions("train", options.data, DATA);
}
