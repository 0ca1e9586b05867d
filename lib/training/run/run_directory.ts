/** The files of a run. */
import { csvLine } from "../../io/csv.ts";
import { option, RunError, say, shown, UsageError, wrongFile } from "../../errors.ts";
import {
  checkInside,
  exists,
  makeDirectory,
  removeFile,
  removeStaleTemporaries,
  writeFileAtomic,
} from "../../io/files.ts";
import { cutLines, LineLog } from "../../io/line_log.ts";
import { FileLock } from "../../io/lock.ts";
import { checkFormat, field } from "../../model/metadata.ts";
import { MOST_BYTES, readBytes, readText } from "../../io/read_file.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Header,
  mostBytesOf,
  requireChecksum,
} from "../../io/safetensors.ts";
import { VERSION } from "../../version.ts";
import { decimals } from "../../evaluation/report.ts";
import { METRICS_COLUMNS, type MetricsRow } from "../metrics.ts";
import type { TrainingState } from "../state.ts";
import { formatConfig, parseConfig, RUN_FORMAT_VERSION, type RunConfig } from "./stored_config.ts";
import type { TrainingVectors } from "../state.ts";
import type { ValidationRow } from "../rules/validation.ts";

/** The value of `format` in the metadata of a checkpoint. */
const FORMAT = "neural-gpu-checkpoint";

/** The tensors of a checkpoint. */
const VECTORS = ["parameters", "moments.first", "moments.second", "best"] as const;

const VALIDATION_COLUMNS = [
  "step",
  "attempt",
  "size",
  "suite",
  "examples",
  "sequence_accuracy",
  "confirmation",
] as const;

/** The most seconds that a checkpoint may say that the run has taken: some thirty years. */
const MOST_SECONDS = 1e9;

/** The names of the files, in the order in which those of an old run are removed. */
const FILES = [
  "report.html",
  "report.csv",
  "model.safetensors",
  "checkpoint.safetensors",
  "validation.csv",
  "metrics.csv",
  "config.json",
] as const;

/** All that an exact resume needs, and the seconds trained so far. */
export interface Checkpoint {
  /** All of the run but its vectors. */
  readonly state: TrainingState;
  /** The vectors. */
  readonly vectors: TrainingVectors;
  /** Clock time, which no decision depends on. */
  readonly seconds: number;
}

/** A directory that holds one run. */
export class RunDirectory {
  /** Its path. */
  readonly path: string;
  #lock: FileLock | undefined;
  #metrics: LineLog | undefined;
  #validations: LineLog | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /** The path of one of the run's files. */
  file(name: typeof FILES[number]): string {
    return `${this.path}/${name}`;
  }

  /** The path of one of the run's files, for writing. Throws where a symbolic link leads out of the directory. */
  async writable(name: typeof FILES[number]): Promise<string> {
    await checkInside(this.path, name);
    return this.file(name);
  }

  /** Makes the directory where there is none. */
  static async create(path: string): Promise<RunDirectory> {
    await makeDirectory(path);
    return new RunDirectory(path);
  }

  /** Whether a directory is there that holds a run. */
  static async holds(path: string): Promise<boolean> {
    return await exists(`${path}/config.json`);
  }

  /** Opens the directory of a run that was begun. */
  static async open(path: string): Promise<RunDirectory> {
    if (!await RunDirectory.holds(path)) {
      throw new UsageError(`Cannot resume ${path}: it holds no run (no config.json)`, {
        code: "missing",
        subject: path,
      });
    }
    return new RunDirectory(path);
  }

  /** Locks the directory until it is closed, because two processes that train one run would spoil its files. */
  async claim(): Promise<void> {
    if (await this.tryClaim()) return;
    const reason = "another process is training the run that it holds";
    throw new RunError(say`Cannot use ${option("out")} ${this.path}: ${reason}`, {
      code: "busy",
      subject: "out",
      given: this.path,
    });
  }

  /** Locks the directory if it can; false where another process has locked it. */
  async tryClaim(): Promise<boolean> {
    for (const name of [...FILES, "run.lock"]) await checkInside(this.path, name);
    this.#lock = await FileLock.acquire(`${this.path}/run`);
    if (this.#lock === undefined) return false;
    await removeStaleTemporaries(this.path);
    return true;
  }

  /** Whether a file of a run is there. */
  async isTaken(): Promise<boolean> {
    return (await Promise.all(FILES.map((name) => exists(this.file(name))))).includes(true);
  }

  /** Throws where the directory holds a run. */
  async checkFree(): Promise<void> {
    if (!await this.isTaken()) return;
    const expected = say`a new directory, ${option("resume")} or ${option("overwrite")}`;
    throw new UsageError(
      say`Cannot use ${option("out")} ${this.path}: it holds another run, expected ${expected}`,
      { code: "exists", subject: "out", given: this.path, expected },
    );
  }

  /** Removes the run that the directory holds. */
  async clear(): Promise<void> {
    await this.#remove(FILES);
  }

  async #remove(names: readonly (typeof FILES[number])[]): Promise<void> {
    for (const name of names) if (await exists(this.file(name))) await removeFile(this.file(name));
  }

  /** Writes config.json. */
  async saveConfig(config: RunConfig): Promise<void> {
    await writeFileAtomic(await this.writable("config.json"), formatConfig(config));
  }

  /** Reads config.json. */
  async loadConfig(): Promise<RunConfig> {
    const path = this.file("config.json");
    return parseConfig(await readText(path, MOST_BYTES.settings), path);
  }

  /** Opens metrics.csv and validation.csv, cut back to the rows up to a step and up to the last validation by then. */
  async openLogs({ step, validatedAt }: Pick<TrainingState, "step" | "validatedAt">): Promise<void> {
    const open = async (name: "metrics.csv" | "validation.csv", header: string, last: number) => {
      const path = await this.writable(name);
      if (await exists(path)) await cutLines(path, header, (line) => Number(line.split(",")[0]) <= last);
      return await LineLog.open(path, header);
    };
    this.#metrics = await open("metrics.csv", csvLine(METRICS_COLUMNS), step);
    // A validation that is due at this step, or that was made at the end of the run, is made again.
    const lastValidated = validatedAt === step ? step : step - 1;
    this.#validations = await open("validation.csv", csvLine(VALIDATION_COLUMNS), lastValidated);
  }

  /** Appends a row to metrics.csv, which must be open. It is on the disk when this returns. */
  async addMetrics(row: MetricsRow): Promise<void> {
    await this.#metrics!.write(csvLine(METRICS_COLUMNS.map((column) => Number(row[column].toPrecision(7)))));
  }

  /** Appends a validation to validation.csv, which must be open. It is on the disk when this returns. */
  async addValidation({ step, attempt }: TrainingState, rows: readonly ValidationRow[]): Promise<void> {
    const lines = rows.map(({ size, suite, examples, right, confirmation }) =>
      csvLine([step, attempt, size, suite, examples, decimals(right / examples, 6), confirmation])
    );
    await this.#validations!.write(lines.join(""));
  }

  /** Writes metrics.csv and validation.csv again where somebody has removed them. */
  async restoreLogs(): Promise<void> {
    await this.#metrics?.restore();
    await this.#validations?.restore();
  }

  /** Writes checkpoint.safetensors. */
  async saveCheckpoint({ state, vectors, seconds }: Checkpoint): Promise<void> {
    const { parameters, moments: [first, second], best } = vectors;
    const tensor = (data: Float32Array) => ({ shape: [data.length], data });
    const bytes = await encodeSafetensors({
      metadata: {
        format: FORMAT,
        format_version: RUN_FORMAT_VERSION,
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
    await writeFileAtomic(await this.writable("checkpoint.safetensors"), bytes);
  }

  /**
   * Reads checkpoint.safetensors, whose state must be one that `check` takes, and whose vectors must have as many
   * elements as `sizeOf` says for their number of parameter sets, `mostSets` of them at most, all finite; undefined
   * where there is none yet.
   */
  async loadCheckpoint(
    check: (state: object, path: string) => TrainingState,
    sizeOf: (sets: number) => number,
    mostSets: number,
  ): Promise<Checkpoint | undefined> {
    const path = this.file("checkpoint.safetensors");
    if (!await exists(path)) return undefined;
    const bytes = await readBytes(path, mostBytesOf(VECTORS.length * sizeOf(mostSets)));
    const file = await decodeSafetensors(bytes, path, (header) => checkHeader(header, path));
    requireChecksum(file, path);
    const vector = (name: typeof VECTORS[number], sets: number): Float32Array => {
      const data = file.tensors.get(name)?.data;
      if (data?.length !== sizeOf(sets)) {
        throw wrongFile(path, `${name} does not have ${sizeOf(sets)} elements`);
      }
      if (!data.every(Number.isFinite)) {
        throw wrongFile(path, `${name} has values that are not finite`);
      }
      return data;
    };
    const state = check(field(file, "state", path), path);
    const { seconds } = field<{ seconds: unknown }>(file, "clock", path);
    if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= MOST_SECONDS)) {
      throw wrongFile(path, "its clock has no seconds");
    }
    return {
      state,
      vectors: {
        parameters: vector("parameters", state.sets),
        moments: [vector("moments.first", state.sets), vector("moments.second", state.sets)],
        best: vector("best", (state.best ?? state).sets),
      },
      seconds,
    };
  }

  /** Whether the run's last file is there. */
  async hasReport(): Promise<boolean> {
    return await exists(this.file("report.csv"));
  }

  /** Writes report.csv from its lines. */
  async saveReport(text: string): Promise<void> {
    await writeFileAtomic(await this.writable("report.csv"), text);
  }

  /** Removes what tells of the report, where a finished run is resumed. */
  async dropReport(): Promise<void> {
    await this.#remove(["report.html", "report.csv"]);
  }

  /** Closes the open files and unlocks the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#metrics?.close();
    this.#validations?.close();
    this.#metrics = this.#validations = undefined;
    await this.#lock?.[Symbol.asyncDispose]();
    this.#lock = undefined;
  }
}

/** Throws unless a header is that of a checkpoint. */
function checkHeader(header: Header, path: string): void {
  checkFormat(header, FORMAT, RUN_FORMAT_VERSION, path);
  const missing = VECTORS.find((name) => !header.names.includes(name));
  if (missing !== undefined) throw wrongFile(path, `tensor ${missing} is missing`);
  const known: readonly string[] = VECTORS;
  const surplus = header.names.find((name) => !known.includes(name));
  if (surplus === undefined) return;
  throw wrongFile(path, `tensor ${shown(surplus)} is not part of a checkpoint`);
}
