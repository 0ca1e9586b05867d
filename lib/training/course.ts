/** The course of a run from step to step: what is reported, written and saved, and when. */
import type { Model, ReportRow } from "../model/model.ts";
import type { Teller } from "../async/news.ts";
import { pause } from "../async/pause.ts";
import type { ReportContext } from "./run/final_report.ts";
import { metricsRow } from "./metrics.ts";
import type { TrainReport } from "./options.ts";
import { phaseOf } from "./phase.ts";
import type { Beginning, Recorder } from "./run/recorder.ts";
import type { ExampleSource } from "./examples/source.ts";
import type { TimeLeft } from "./time_left.ts";
import type { Learner } from "./learner.ts";
import type { Validation, WatchOptions } from "./rules/validation.ts";

/** Seconds between two samples: each takes a little time. */
const SAMPLE_EVERY = 1;

/** The parts of a run. */
export interface CourseOptions {
  /** The run in memory. */
  readonly learner: Learner;
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
  readonly teller: Teller<TrainReport>;
  /** Interrupts the run. */
  readonly signal: AbortSignal;
  /** Whether samples are reported. */
  readonly samples: boolean;
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
    this.#lastSaved = run.learner.state.step;
  }

  /** Seconds trained, those before a resume included. */
  get seconds(): number {
    return this.#run.seconds + (performance.now() - this.#start) / 1000;
  }

  async #tell(report: TrainReport): Promise<void> {
    await this.#run.teller.tell(report);
  }

  get #phase(): string {
    const { source, learner } = this.#run;
    return phaseOf(learner.options.configuration, source.sizes, learner.state);
  }

  /** Prepares the run's files. Without this call that happens once something has succeeded. */
  async begin(): Promise<void> {
    await this.#run.recorder.begin(this.#run.beginning);
  }

  /** Takes steps until the state says that the run has ended. */
  async run(): Promise<void> {
    const { learner, steps, checkpointEvery, signal } = this.#run;
    const { state } = learner;
    if (state.ended !== null) learner.reopen();
    let last = { step: state.step, seconds: this.seconds };
    while (state.ended === null) {
      await pause(signal);
      if (!state.validationDue) {
        if (state.step >= steps) {
          state.ended = "steps";
          break;
        }
        await this.#step();
        if (!learner.checkDue) continue;
        await this.#check(last);
        last = { step: state.step, seconds: this.seconds };
      }
      if (state.validationDue) {
        await this.#validate(false, (watch) => learner.validate(watch));
        last = { step: state.step, seconds: this.seconds };
      }
      learner.conclude();
      if (state.step - this.#lastSaved >= checkpointEvery) await this.#save();
    }
    await this.#save();
  }

  async #step(): Promise<void> {
    const { learner, recorder } = this.#run;
    await learner.step();
    if (!recorder.begun) {
      await learner.checkStep();
      await this.begin();
    }
    await this.#tell({ kind: "step", state: learner.state, phase: this.#phase });
  }

  async #check(last: { readonly step: number; readonly seconds: number }): Promise<void> {
    const { learner, source, recorder, timeLeft, samples } = this.#run;
    const { state } = learner;
    const { size } = state;
    const checked = await learner.check();
    const { seconds } = this;
    const stepsPerSecond = (state.step - last.step) / (seconds - last.seconds);
    const metrics = metricsRow({ state, ...checked, seconds, stepsPerSecond });
    await recorder.addMetrics(metrics);
    timeLeft.sawSteps(stepsPerSecond, size);
    const secondsLeft = timeLeft.left(learner.stepsLeft, state);
    const largest = source.sizes.at(-1)!;
    const phase = this.#phase;
    await this.#tell({ kind: "window", state, metrics, largest, phase, secondsLeft });
    if (samples && seconds - this.#lastSample >= SAMPLE_EVERY) {
      await this.#tell({ kind: "sample", sample: await learner.sample() });
      this.#lastSample = this.seconds;
    }
  }

  /** Validates the parameters of the last step, where the run has ended without a validation there. */
  async close(): Promise<void> {
    await this.#validate(true, (watch) => this.#run.learner.close(watch));
    await this.#save();
  }

  async #validate(closing: boolean, by: (watch: WatchOptions) => Promise<Validation>): Promise<void> {
    const { learner, source, recorder, timeLeft, teller, signal } = this.#run;
    const { state } = learner;
    const start = this.seconds;
    const foreseen = timeLeft.left(learner.stepsLeft, state);
    const { score, rows } = await by({
      signal,
      onProgress: (of) => {
        const secondsLeft = foreseen && Math.max(0, foreseen - (this.seconds - start));
        teller.mention({ kind: "validating", of, secondsLeft });
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
    const { recorder, timeLeft, model, teller } = this.#run;
    const start = this.seconds;
    const foreseen = timeLeft.report;
    const results = await make({
      onProgress: (of, share) => {
        const secondsLeft = foreseen && Math.max(0, foreseen - (this.seconds - start));
        teller.mention({ kind: "evaluating", of, share, secondsLeft });
      },
      onRow: (row) => this.#tell({ kind: "row", row }),
    });
    await this.begin();
    await recorder.finish({ ...await model(), results });
    return results;
  }

  /** Saves a run that was interrupted before it had ended. */
  async saveUnfinished(): Promise<void> {
    const { recorder, learner: { state } } = this.#run;
    if (recorder.begun && state.ended === null) await this.#save();
  }

  async #save(): Promise<void> {
    const { learner, recorder, model } = this.#run;
    await this.begin();
    await learner.collect();
    const { state } = learner;
    const checkpoint = { state, vectors: await learner.vectors(), seconds: this.seconds };
    await recorder.save(await model(), checkpoint);
    this.#lastSaved = state.step;
  }
}
