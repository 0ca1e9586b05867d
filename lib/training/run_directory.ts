/** The files of a run: config.json, metrics.csv, checkpoint.safetensors, model.safetensors, report.csv. */
import { csvLine } from "../csv.ts";
import { RunError, UsageError } from "../errors.ts";
import {
  cutLines,
  exists,
  explainFileError,
  LineLog,
  removeStaleTemporaries,
  writeFileAtomic,
} from "../files.ts";
import { FileLock } from "../lock.ts";
import { checkFormat, field } from "../model/metadata.ts";
import { MOST_BYTES, readBytes } from "../read_file.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors.ts";
import { VERSION } from "../version.ts";
import type { TrainingState } from "./state.ts";
import type { TrainingVectors } from "./trainer.ts";

/** What `format` says in the metadata of a checkpoint. */
const FORMAT = "neural-gpu-checkpoint";

/** Raised when checkpoints and config.json of this version cannot be read by older readers. */
const FORMAT_VERSION = "8";

const METRICS_COLUMNS = [
  "step",
  "seconds",
  "attempt",
  "size",
  "loss",
  "symbol_accuracy",
  "sequence_accuracy",
  "learning_rate",
  "saturation",
  "gradient_norm",
  "set_distance",
  "steps_per_second",
] as const;

/** A row of metrics.csv. */
export type MetricsRow = Readonly<Record<typeof METRICS_COLUMNS[number], number>>;

/** All that an exact resume needs, and the seconds trained so far. */
export interface Checkpoint {
  /** All of the run but its vectors. */
  readonly state: TrainingState;
  /** The vectors. */
  readonly vectors: TrainingVectors;
  /** Clock time, which no decision depends on. */
  readonly seconds: number;
}

/** Whether a directory is there that holds a run. */
export async function holdsRun(path: string): Promise<boolean> {
  return await exists(`${path}/config.json`);
}

/** A directory that holds one run. */
export class RunDirectory {
  /** Where it is. */
  readonly path: string;
  #lock: FileLock | undefined;
  #metrics: LineLog | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /** The path of one of the run's files. */
  file(
    name: "config.json" | "metrics.csv" | "checkpoint.safetensors" | "model.safetensors" | "report.csv",
  ): string {
    return `${this.path}/${name}`;
  }

  /** Makes the directory where there is none. */
  static async create(path: string): Promise<RunDirectory> {
    await Deno.mkdir(path, { recursive: true }).catch((thrown) => {
      throw explainFileError("make the directory", path, thrown);
    });
    return new RunDirectory(path);
  }

  /** Opens the directory of a run that was begun. */
  static async open(path: string): Promise<RunDirectory> {
    if (!await holdsRun(path)) {
      throw new UsageError(`Cannot resume ${path}: it holds no run (no config.json)`);
    }
    return new RunDirectory(path);
  }

  /** Makes it this process's alone, until it is closed: two that train one run would spoil its files. */
  async claim(): Promise<void> {
    this.#lock = await FileLock.acquire(`${this.path}/run`);
    if (this.#lock === undefined) {
      throw new RunError(`Cannot use --out ${this.path}: another process is training the run that it holds`);
    }
    await removeStaleTemporaries(this.path);
  }

  /** Makes room for a new run: `overwrite` clears one that is there, else one that is there is refused. */
  async clear(overwrite: boolean): Promise<void> {
    for (
      const name of [
        "report.csv",
        "model.safetensors",
        "checkpoint.safetensors",
        "metrics.csv",
        "config.json",
      ] as const
    ) {
      const file = this.file(name);
      if (!await exists(file)) continue;
      if (!overwrite) {
        throw new UsageError(
          `Cannot use --out ${this.path}: it holds another run, expected a new directory, --resume or --overwrite`,
        );
      }
      await Deno.remove(file);
    }
  }

  /** Writes config.json. */
  async saveConfig(config: object): Promise<void> {
    const json = JSON.stringify(
      { format_version: FORMAT_VERSION, version: VERSION, ...config },
      undefined,
      2,
    );
    await writeFileAtomic(this.file("config.json"), json + "\n");
  }

  /** Reads config.json. */
  async loadConfig<T>(): Promise<T> {
    const path = this.file("config.json");
    const text = await Deno.readTextFile(path).catch((thrown) => {
      throw explainFileError("read", path, thrown);
    });
    try {
      const config = JSON.parse(text);
      const whole = ["identity", "configuration", "arguments"].every((part) =>
        config[part] instanceof Object
      );
      if (whole && config.format_version === FORMAT_VERSION) return config as T;
    } catch {
      // The error below says what matters.
    }
    throw new RunError(
      `Cannot read ${path}: it is not the configuration of a run, format version ${FORMAT_VERSION}`,
    );
  }

  /** Opens metrics.csv, cut back to the rows up to `step`. */
  async openMetrics(step: number): Promise<void> {
    const path = this.file("metrics.csv");
    if (await exists(path)) await cutLines(path, (line) => Number(line.split(",")[0]) <= step);
    this.#metrics = await LineLog.open(path, csvLine(METRICS_COLUMNS));
  }

  /** Appends a row to metrics.csv, which must be open. It is on the disk when this returns. */
  async addMetrics(row: MetricsRow): Promise<void> {
    await this.#metrics!.write(csvLine(METRICS_COLUMNS.map((column) => Number(row[column].toPrecision(7)))));
  }

  /** Writes checkpoint.safetensors. */
  async saveCheckpoint({ state, vectors, seconds }: Checkpoint): Promise<void> {
    const { parameters, moments: [first, second], best } = vectors;
    const tensor = (data: Float32Array) => ({ shape: [data.length], data });
    const bytes = await encodeSafetensors({
      metadata: {
        format: FORMAT,
        format_version: FORMAT_VERSION,
        version: VERSION,
        state: JSON.stringify(state),
        clock: JSON.stringify({ seconds }),
      },
      tensors: new Map([
        ["parameters", tensor(parameters)],
        ["moments.first", tensor(first)],
        ["moments.second", tensor(second)],
        ["best", tensor(best)],
      ]),
    });
    await writeFileAtomic(this.file("checkpoint.safetensors"), bytes);
  }

  /**
   * Reads checkpoint.safetensors, whose vectors must have as many elements as `sizeOf` says for their number of parameter
   * sets; undefined where there is none yet.
   */
  async loadCheckpoint(sizeOf: (sets: number) => number): Promise<Checkpoint | undefined> {
    const path = this.file("checkpoint.safetensors");
    if (!await exists(path)) return undefined;
    const bytes = await readBytes(path, MOST_BYTES.checkpoint);
    const file = await decodeSafetensors(bytes, path);
    checkFormat(file, FORMAT, FORMAT_VERSION, path);
    const vector = (name: string, sets: number): Float32Array => {
      const data = file.tensors.get(name)?.data;
      if (data?.length !== sizeOf(sets)) {
        throw new RunError(`Cannot read ${path}: ${name} does not have ${sizeOf(sets)} elements`);
      }
      return data;
    };
    const state = field<TrainingState>(file, "state", path);
    return {
      state,
      vectors: {
        parameters: vector("parameters", state.sets),
        moments: [vector("moments.first", state.sets), vector("moments.second", state.sets)],
        best: vector("best", (state.best ?? state).sets),
      },
      seconds: field<{ seconds: number }>(file, "clock", path).seconds,
    };
  }

  /** Whether the run's last file is there. */
  async hasReport(): Promise<boolean> {
    return await exists(this.file("report.csv"));
  }

  /** Writes report.csv from its lines. */
  async saveReport(text: string): Promise<void> {
    await writeFileAtomic(this.file("report.csv"), text);
  }

  /** Removes report.csv, for a finished run that goes on. */
  async dropReport(): Promise<void> {
    if (await this.hasReport()) await Deno.remove(this.file("report.csv"));
  }

  /** Closes what is open, and lets other processes have it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#metrics?.close();
    this.#metrics = undefined;
    await this.#lock?.[Symbol.asyncDispose]();
    this.#lock = undefined;
  }
}
