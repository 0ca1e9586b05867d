import type { Backend, BackendChoice } from "../backend.ts";
import type { DataProblem, Row } from "../dataset.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model, ReportRow } from "../model/model.ts";
import type { PresetName } from "../model/presets.ts";
import type { Problem } from "../problems/problem.ts";
import type { ReportCase } from "../report.ts";
import type { WorkerCount } from "../workers/pool.ts";
import type { TrainingState, ValidationScore } from "./state.ts";
import type { WindowReport } from "./window.ts";

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
  /** `resume` goes on with the run in `out`; `overwrite` clears it. By default a run there is refused. */
  readonly existing?: "resume" | "overwrite" | undefined;
  /** Steps between checkpoints; 200 by default. */
  readonly checkpointEvery?: number | undefined;
  /** Kept in config.json: the command line's own arguments. */
  readonly note?: Readonly<Record<string, string>> | undefined;
  /** Once aborted, the run saves a checkpoint and `train` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Hears what happens. */
  readonly onReport?: ((report: TrainReport) => void) | undefined;
}

/** What happens during a training. */
export type TrainReport =
  | { kind: "start"; backend: Backend; parameters: number; resumedAt: number; finished: boolean }
  | { kind: "note"; text: string }
  | {
    kind: "window";
    state: Readonly<TrainingState>;
    window: WindowReport;
    stepsPerSecond: number;
    seconds: number;
    /** Steps until the attempt or the run ends, where that is known: once the largest size is mastered, for one. */
    stepsLeft: number | undefined;
  }
  | { kind: "validation"; state: Readonly<TrainingState>; sizes: readonly number[]; score: ValidationScore }
  | { kind: "evaluating"; of: ReportCase; share: number }
  | { kind: "row"; row: ReportRow };

/** What a training yields. */
export interface TrainResult {
  /** The best model by the longest validation. */
  readonly model: Model;
  /** Whether its validation found no error, at any size. */
  readonly solved: boolean;
  /** Steps taken. */
  readonly steps: number;
  /** Seconds trained, before a resume included, the final report not. */
  readonly seconds: number;
}
