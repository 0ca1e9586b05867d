/** The course of a run from step to step: what is reported, written and saved, and when. */
import type { Configuration } from "../model/configuration.ts";
import type { Model, ReportRow } from "../model/model.ts";
import type { Listener } from "../async/listener.ts";
import { pause } from "../async/pause.ts";
import type { ReportContext } from "./run/final_report.ts";
import { metricsRow } from "./metrics.ts";
import type { TrainOptions, TrainReport } from "./options.ts";
import { phaseOf } from "./phase.ts";
import type { Beginning, Recorder } from "./run/recorder.ts";
import type { ExampleSource } from "./examples/source.ts";
import type { TimeLeft } from "./time_left.ts";
import type { Trainer } from "./trainer.ts";
import type { Validation, WatchOptions } from "./rules/validation.ts";

/** Seconds between two samples: each takes a little time. */
const SAMPLE_EVERY = 1;

/** The parts of a run. */
export interface CourseOptions {
  /** The run in memory. */
  readonly trainer: Trainer;
  /** Every setting. */
  readonly configuration: Configuration;
  /** Where examples come from. */
  readonly source: ExampleSource;
  /** The most steps, of all attempts together. */
  readonly steps: number;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Returns the model that would be the run's result if it ended now. */
  model(): Promise<Model>;
  /** Writes the run's files. */
  readonly recorder: Recorder;
  /** Estimates the time that is left. */
  readonly timeLeft: TimeLeft;
  /** The state, the model and the files with which it begins. */
  readonly beginning: Beginning;
  /** Seconds trained before. */
  readonly seconds: number;
  /** Gets the reports of what happens. */
  readonly listener: Listener<TrainReport>;
  /** The options of `train`. */
  readonly options: Pick<TrainOptions, "signal" | "samples">;
}

/** A run in progress. */
export class Course {
  readonly #run: CourseOptions;
  readonly #start = performance.now();
  #lastSaved: number;
  #lastSample = -Infinity;

  /** Makes the course of a run before its first step. */
  constructor(run: CourseOptions) {
    this.#run = run;
    this.#lastSaved = run.trainer.state.step;
  }

  /** Seconds trained, those before a resume included. */
  get seconds(): number {
    return this.#run.seconds + (performance.now() - this.#start) / 1000;
  }

  async #tell(report: TrainReport): Promise<void> {
    await this.#run.listener.tell(report);
  }

  get #phase(): string {
    const { configuration, source, trainer } = this.#run;
    return phaseOf(configuration, source.sizes, trainer.state);
  }

  /** Prepares the run's files. Without this call that happens once something has succeeded. */
  async begin(): Promise<void> {
    await this.#run.recorder.begin(this.#run.beginning);
  }

  /** Takes steps until the state says that the run has ended. */
  async run(): Promise<void> {
    const { trainer, steps, checkpointEvery, options: { signal } } = this.#run;
    const { state } = trainer;
    if (state.ended !== null) trainer.reopen();
    let last = { step: state.step, seconds: this.seconds };
    while (state.ended === null) {
      await pause(signal);
      if (!state.validationDue) {
        if (state.step >= steps) {
          state.ended = "steps";
          break;
        }
        await this.#step();
        if (!trainer.checkDue) continue;
        await this.#check(last);
        last = { step: state.step, seconds: this.seconds };
      }
      if (state.validationDue) {
        await this.#validate(false, (watch) => trainer.validate(watch));
        last = { step: state.step, seconds: this.seconds };
      }
      trainer.conclude();
      if (state.step - this.#lastSaved >= checkpointEvery) await this.#save();
    }
    await this.#save();
  }

  async #step(): Promise<void> {
    const { trainer, recorder } = this.#run;
    await trainer.step();
    if (!recorder.begun) {
      await trainer.checkStep();
      await this.begin();
    }
    await this.#tell({ kind: "step", state: trainer.state, phase: this.#phase });
  }

  async #check(last: { readonly step: number; readonly seconds: number }): Promise<void> {
    const { trainer, source, recorder, timeLeft, options } = this.#run;
    const { state } = trainer;
    const { size } = state;
    const checked = await trainer.check();
    const { seconds } = this;
    const stepsPerSecond = (state.step - last.step) / (seconds - last.seconds);
    const metrics = metricsRow({ state, ...checked, seconds, stepsPerSecond });
    await recorder.addMetrics(metrics);
    timeLeft.sawSteps(stepsPerSecond, size);
    const secondsLeft = timeLeft.left(trainer.stepsLeft, state);
    const largest = source.sizes.at(-1)!;
    const phase = this.#phase;
    await this.#tell({ kind: "window", state, metrics, largest, phase, secondsLeft });
    if (options.samples && seconds - this.#lastSample >= SAMPLE_EVERY) {
      await this.#tell({ kind: "sample", sample: await trainer.sample() });
      this.#lastSample = this.seconds;
    }
  }

  /** Validates the parameters of the last step, where the run has ended without a validation there. */
  async close(): Promise<void> {
    await this.#validate(true, (watch) => this.#run.trainer.close(watch));
    await this.#save();
  }

  async #validate(closing: boolean, by: (watch: WatchOptions) => Promise<Validation>): Promise<void> {
    const { trainer, source, recorder, timeLeft, listener, options: { signal } } = this.#run;
    const { state } = trainer;
    const start = this.seconds;
    const foreseen = timeLeft.left(trainer.stepsLeft, state);
    const { score, rows } = await by({
      signal,
      onProgress: (of) => {
        const secondsLeft = foreseen && Math.max(0, foreseen - (this.seconds - start));
        listener.mention({ kind: "validating", of, secondsLeft });
      },
    });
    timeLeft.sawValidation(rows, this.seconds - start);
    await this.begin();
    await recorder.addValidation(state, rows);
    await this.#tell({ kind: "validation", state, sizes: source.validationSizes, score, rows, closing });
  }

  /** Makes the report, and writes it with the model. */
  async report(
    make: (hearing: Pick<ReportContext, "onProgress" | "onRow">) => Promise<ReportRow[]>,
  ): Promise<readonly ReportRow[]> {
    const { recorder, timeLeft, model, listener } = this.#run;
    const start = this.seconds;
    const foreseen = timeLeft.report;
    const results = await make({
      onProgress: (of, share) => {
        const secondsLeft = foreseen && Math.max(0, foreseen - (this.seconds - start));
        listener.mention({ kind: "evaluating", of, share, secondsLeft });
      },
      onRow: (row) => this.#tell({ kind: "row", row }),
    });
    await listener.settle();
    await this.begin();
    await recorder.finish({ ...await model(), results });
    return results;
  }

  /** Saves a run that was interrupted before it had ended. */
  async saveUnfinished(): Promise<void> {
    const { recorder, trainer: { state } } = this.#run;
    if (recorder.begun && state.ended === null) await this.#save();
  }

  async #save(): Promise<void> {
    const { trainer, recorder, model } = this.#run;
    await this.begin();
    await trainer.collect();
    const { state } = trainer;
    const checkpoint = { state, vectors: await trainer.vectors(), seconds: this.seconds };
    await recorder.save(await model(), checkpoint);
    this.#lastSaved = state.step;
  }
}
