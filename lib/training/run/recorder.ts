import { exists } from "../../io/files.ts";
import { saveModel } from "../../model/file.ts";
import type { Model } from "../../model/model.ts";
import { REPORT_HEADER, reportLine } from "../../evaluation/report.ts";
import type { MetricsRow } from "../metrics.ts";
import type { Checkpoint, RunDirectory } from "./run_directory.ts";
import type { TrainingState } from "../state.ts";
import type { RunConfig } from "./stored_config.ts";
import type { ValidationRow } from "../rules/validation.ts";

/** The state and the model with which a run begins. */
export interface Beginning {
  /** How far the run is. */
  readonly state: Pick<TrainingState, "step" | "validatedAt">;
  /** The model of its checkpoint: the model's file may be newer than the checkpoint. */
  readonly model: Model | undefined;
  /** Whether it replaces another run in its directory. */
  readonly overwrites: boolean;
}

/**
 * Writes the files of a run; without a directory it does nothing. Files that are there stay as they are until `begin`,
 * which is called once something has succeeded: the run that is replaced may be better than one that fails at once.
 */
export class Recorder {
  readonly #directory: RunDirectory | undefined;
  readonly #config: RunConfig;
  #begun = false;

  /** Makes a recorder, which writes nothing before `begin`. */
  constructor(directory: RunDirectory | undefined, config: RunConfig) {
    this.#directory = directory;
    this.#config = config;
  }

  /** Whether anything has been written. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Prepares the files: empty, or cut back to where the run is resumed. A second call does nothing. */
  async begin({ state, model, overwrites }: Beginning): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    const directory = this.#directory;
    if (directory === undefined) return;
    if (overwrites) await directory.clear();
    // First of all, because a directory without it is no run, which could neither be resumed nor begun anew.
    await directory.saveConfig(this.#config);
    await directory.openLogs(state);
    await directory.dropReport();
    if (model !== undefined) await saveModel(await directory.writable("model.safetensors"), model);
  }

  /** Adds a row to metrics.csv. */
  async addMetrics(row: MetricsRow): Promise<void> {
    await this.#directory?.addMetrics(row);
  }

  /** Adds the rows of a validation to validation.csv. */
  async addValidation(state: TrainingState, rows: readonly ValidationRow[]): Promise<void> {
    await this.#directory?.addValidation(state, rows);
  }

  /** Writes the model and, last, the checkpoint that goes with it. */
  async save(model: Model, checkpoint: Checkpoint): Promise<void> {
    const directory = this.#directory;
    if (directory === undefined) return;
    await this.#restore(directory);
    await saveModel(await directory.writable("model.safetensors"), model);
    await directory.saveCheckpoint(checkpoint);
  }

  /** Writes the model with the results of its report, and the report last of all. */
  async finish(model: Model): Promise<void> {
    const directory = this.#directory;
    if (directory === undefined) return;
    await this.#restore(directory);
    await saveModel(await directory.writable("model.safetensors"), model);
    await directory.saveReport(REPORT_HEADER + model.results.map(reportLine).join(""));
  }

  /** Writes again what somebody has removed since the run began. */
  async #restore(directory: RunDirectory): Promise<void> {
    await directory.restoreLogs();
    if (!await exists(directory.file("config.json"))) await directory.saveConfig(this.#config);
  }
}
