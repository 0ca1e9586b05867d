import type { Backend, BackendChoice } from "../engine/backend.ts";
import type { DataProblem, Row } from "../problems/dataset.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model, ReportRow } from "../model/model.ts";
import type { PresetName } from "../model/presets.ts";
import type { Problem } from "../problems/problem.ts";
import type { ReportCase } from "../evaluation/report.ts";
import type { WorkerCount } from "../engine/workers/pool.ts";
import type { Sample } from "./sample.ts";
import type { TrainingState, ValidationScore } from "./state.ts";
import type { ValidationProgress, ValidationRow } from "./rules/validation.ts";
import type { MetricsRow } from "./metrics.ts";

/** Rows to train on in place of a problem's generator. */
export interface TrainingData {
  /** What the rows tell of their problem. */
  readonly problem: DataProblem;
  /** The rows. */
  readonly rows: readonly Row[];
  /** Rows to validate on; without them one row in ten is kept for that. */
  readonly validation?: readonly Row[] | undefined;
}

/** What `train` is told. Everything has a default: with no options it learns binary addition. */
export interface TrainOptions {
  /** The problem; `badd` by default. */
  readonly problem?: Problem | undefined;
  /** Rows to train on in place of the problem's generator. */
  readonly data?: TrainingData | undefined;
  /** The named configuration to start from; `default` by default. */
  readonly preset?: PresetName | undefined;
  /** Settings that differ from the preset's. */
  readonly configuration?: Partial<Configuration> | undefined;
  /** From 0 to 2^53 − 1; 1 by default. */
  readonly seed?: number | undefined;
  /** Steps at most, of all attempts together; no limit by default. */
  readonly steps?: number | undefined;
  /** Attempts at most; 3 by default. */
  readonly attempts?: number | undefined;
  /** A model to start from, in place of random parameters; a further attempt may go on from the best ones so far. */
  readonly from?: Model | undefined;
  /** The backend; `auto` by default. */
  readonly backend?: BackendChoice | undefined;
  /** Threads that compute, which change nothing but the time; `auto`, the default, is one for each core, at most 4. */
  readonly workers?: WorkerCount | undefined;
  /** The run directory. Without it nothing is written. */
  readonly out?: string | undefined;
  /**
   * What becomes of a run in `out`: `resume` goes on with it, `overwrite` clears it, and with `beside` it stays and the
   * new one goes to `out`-2, `out`-3, …. By default it is refused.
   */
  readonly existing?: "resume" | "overwrite" | "beside" | undefined;
  /** Steps between checkpoints; 200 by default. */
  readonly checkpointEvery?: number | undefined;
  /** Kept in config.json: the command line's own arguments. */
  readonly note?: Readonly<Record<string, string>> | undefined;
  /** Once aborted, the run saves a checkpoint and `train` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether `onReport` gets samples: an answer of the model about every second. */
  readonly samples?: boolean | undefined;
  /**
   * Hears what happens. A promise that it returns is waited for, at the end for what is told now and then. What it throws
   * ends the training and is thrown from it.
   */
  readonly onReport?: ((report: TrainReport) => unknown) | undefined;
}

/** What happens during a training. */
export type TrainReport =
  /** It begins, or goes on at a step. A finished run is not gone on with. */
  | {
    kind: "start";
    backend: Backend;
    parameters: number;
    /** The run's directory. */
    out: string | undefined;
    resumedAt: number;
    finished: boolean;
  }
  /** Such as that a worker cannot start. */
  | { kind: "note"; text: string }
  /** A step has been taken. */
  | { kind: "step"; state: Readonly<TrainingState>; phase: string }
  /** A window of steps is over. */
  | {
    kind: "window";
    state: Readonly<TrainingState>;
    /** Its row of metrics.csv. */
    metrics: MetricsRow;
    /** The largest size trained. */
    largest: number;
    /** What the training is doing, in words. */
    phase: string;
    /** Seconds until the run is over, at most, where that is known: once the largest size is mastered, for one. */
    secondsLeft: number | undefined;
  }
  /** What the model makes of an example of the present size. */
  | { kind: "sample"; sample: Sample }
  /** Now and then during a validation. */
  | { kind: "validating"; of: ValidationProgress; secondsLeft: number | undefined }
  /** A validation is over; `closing` is that of a run's last step. */
  | {
    kind: "validation";
    state: Readonly<TrainingState>;
    sizes: readonly number[];
    score: ValidationScore;
    rows: readonly ValidationRow[];
    closing: boolean;
  }
  /** Now and then during the final report. */
  | { kind: "evaluating"; of: ReportCase; share: number; secondsLeft: number | undefined }
  /** A row of the report is known. */
  | { kind: "row"; row: ReportRow };

/** What a training yields. */
export interface TrainResult {
  /** The best model by the longest validation. */
  readonly model: Model;
  /** Whether its report has no error at any size that was validated. */
  readonly solved: boolean;
  /** Why it is solved or not. */
  readonly reason: string;
  /** Why it ended: a validation was confirmed, no attempt is left, or no step. */
  readonly ended: NonNullable<TrainingState["ended"]>;
  /** Attempts made. */
  readonly attempts: number;
  /** Steps taken. */
  readonly steps: number;
  /** Seconds trained, before a resume included, the final report not. */
  readonly seconds: number;
  /** The run's directory. */
  readonly out: string | undefined;
}
