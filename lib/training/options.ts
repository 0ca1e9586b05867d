import type { Backend } from "../engine/backend.ts";
import type { ComputeOptions } from "../engine/engine.ts";
import type { DataProblem, Row } from "../problems/dataset.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model, ReportRow } from "../model/model.ts";
import type { PresetName } from "../model/presets.ts";
import type { Problem } from "../problems/problem.ts";
import type { TestSet } from "../evaluation/report.ts";
import type { Sample } from "./sample.ts";
import type { TrainingEnd, TrainingProgress, ValidationScore } from "./state.ts";
import type { ValidationProgress, ValidationRow } from "./rules/validation.ts";
import type { MetricsRow } from "./metrics.ts";

/** Rows to train on in place of a problem's generator. */
export interface TrainingData {
  /** The name, alphabet and largest size of the rows' problem, as {@linkcode loadDataset} gives it. */
  readonly problem: DataProblem;
  /** Rows to train on: at least one. */
  readonly rows: readonly Row[];
  /** Rows to validate on; by default one row of `rows` in ten, chosen by a hash of its text, and not trained on. */
  readonly validation?: readonly Row[] | undefined;
}

/** Options of a {@linkcode Trainer}. */
export interface TrainerOptions extends ComputeOptions {
  /**
   * Problem to learn.
   *
   * @default {problems.badd}
   */
  readonly problem?: Problem | undefined;
  /** Rows to train on, in place of examples that `problem` generates. */
  readonly data?: TrainingData | undefined;
  /**
   * Named configuration that gives every setting a value.
   *
   * @default {"default"}
   */
  readonly preset?: PresetName | undefined;
  /** Values of settings, in place of the preset's. */
  readonly configuration?: Partial<Configuration> | undefined;
  /**
   * Seed of all random numbers, from 0 to 2^53 − 1. The same seed gives the same model, bit by bit, on one backend.
   *
   * @default {1}
   */
  readonly seed?: number | undefined;
  /**
   * Most training steps, of all attempts together.
   *
   * @default {Infinity}
   */
  readonly steps?: number | undefined;
  /**
   * Most attempts. After one that does not succeed the next begins with other random parameters, or with the best ones
   * so far where these were nearly right.
   *
   * @default {3}
   */
  readonly attempts?: number | undefined;
  /** Model whose parameters the first attempt begins with, in place of random ones. */
  readonly from?: Model | undefined;
  /** Path of the run's directory, which is created; by default nothing is written. */
  readonly out?: string | undefined;
  /**
   * What to do where `out` holds another run: `resume` continues it from its last checkpoint, `overwrite` deletes it,
   * and `beside` leaves it alone and writes the new run to `out`-2, `out`-3 and so on. By default `train` throws.
   */
  readonly existing?: "resume" | "overwrite" | "beside" | undefined;
  /**
   * Training steps between checkpoints.
   *
   * @default {200}
   */
  readonly checkpointEvery?: number | undefined;
  /** Texts to keep in the run's config.json, such as the arguments of the command line. */
  readonly note?: Readonly<Record<string, string>> | undefined;
  /** Signal that interrupts the training: a checkpoint is saved in `out`, and the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether samples are reported: about once a second, what the model writes for one example.
   *
   * @default {false}
   */
  readonly samples?: boolean | undefined;
  /**
   * Whether the model is evaluated at the end. Without that its `results` are empty, and it counts as solved where a
   * validation was confirmed.
   *
   * @default {true}
   */
  readonly report?: boolean | undefined;
}

/** Options of {@linkcode train}. */
export interface TrainOptions extends TrainerOptions {
  /**
   * Called with everything that happens. `train` waits for a promise that it returns. An error that it throws ends the
   * training, and `train` throws it.
   */
  readonly onReport?: ((report: TrainReport) => unknown) | undefined;
}

/**
 * Something that happens during a training, by its `kind`:
 *
 * - `start`: The training begins, or is resumed at step `resumedAt`. `parameters` is their number, `out` the run's
 *   directory. A run that was `finished` before is not trained further.
 * - `note`: A note for people, such as that a worker cannot start.
 * - `step`: A training step has been taken. `phase` says in a few words what the training is doing.
 * - `window`: A window of training steps is over. `metrics` is its row of metrics.csv, `largest` the largest size of the
 *   training, and `secondsLeft` the most seconds until its end, where that is known.
 * - `sample`: What the model writes for an example of the current size.
 * - `validating`: Progress of a validation, several times a second. The validation goes on meanwhile.
 * - `validation`: A validation of the `sizes` is over. `closing` tells whether it was made after the last step because
 *   none was due there.
 * - `evaluating`: Progress of the final report, several times a second, which goes on meanwhile: the `share` of one row
 *   that is done.
 * - `row`: A row of the final report.
 */
export type TrainReport =
  | {
    kind: "start";
    backend: Backend;
    parameters: number;
    out: string | undefined;
    resumedAt: number;
    finished: boolean;
  }
  | { kind: "note"; text: string }
  | { kind: "step"; state: Readonly<TrainingProgress>; phase: string }
  | {
    kind: "window";
    state: Readonly<TrainingProgress>;
    metrics: MetricsRow;
    largest: number;
    phase: string;
    secondsLeft: number | undefined;
  }
  | { kind: "sample"; sample: Sample }
  | { kind: "validating"; of: ValidationProgress; secondsLeft: number | undefined }
  | {
    kind: "validation";
    state: Readonly<TrainingProgress>;
    sizes: readonly number[];
    score: ValidationScore;
    rows: readonly ValidationRow[];
    closing: boolean;
  }
  | { kind: "evaluating"; of: TestSet; share: number; secondsLeft: number | undefined }
  | { kind: "row"; row: ReportRow };

/** Result of {@linkcode train}. */
export interface TrainResult {
  /** The model with the best validation of all attempts, with its report as `results`. */
  readonly model: Model;
  /** Whether the report has no error at any size that was validated; without a report, whether a validation was confirmed. */
  readonly solved: boolean;
  /** Why the problem counts as solved or not, in words. */
  readonly reason: string;
  /** Why the training ended. */
  readonly ended: TrainingEnd;
  /** Attempts made. */
  readonly attempts: number;
  /** Training steps taken, of all attempts together. */
  readonly steps: number;
  /** Seconds of training, including those before a resume, but not those of the final report. */
  readonly seconds: number;
  /** Path of the run's directory; undefined where nothing was written. */
  readonly out: string | undefined;
}
