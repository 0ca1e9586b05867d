/** One training run in memory: takes steps, validates, and decides what follows. */
import type { Engine } from "../engine/engine.ts";
import type { Training } from "../engine/training.ts";
import type { Configuration } from "../model/configuration.ts";
import { type Network, networkOf } from "../model/network.ts";
import { initialParameters } from "../model/parameters.ts";
import { deriveSeed } from "../random.ts";
import { isOver, isValidationDue, startNextAttempt, stepsOfAttemptLeft } from "./rules/attempt.ts";
import { advance, batchesOf, countsOf } from "./examples/curriculum.ts";
import { divergence } from "./divergence.ts";
import { nextNoiseAfterMastery } from "./rules/noise_after_mastery.ts";
import { averageSets, relax } from "./rules/relaxation.ts";
import { afterLosses, learningRate, levelsOf, mayEnd, weighSaturation } from "./rules/schedule.ts";
import { type Sample, sampleOf } from "./sample.ts";
import type { ExampleSource } from "./examples/source.ts";
import type { StepRecord, TrainingState, TrainingVectors } from "./state.ts";
import { duringOrAfter, numbersOf } from "./step.ts";
import {
  compareScores,
  isConfirmed,
  validate,
  type Validation,
  type WatchOptions,
} from "./rules/validation.ts";
import { meanOf, shareRight, type Window } from "./metrics.ts";

/** The parts of a run. */
export interface LearnerOptions {
  /** Every setting. Some may change between two steps: see rules/change.ts. */
  configuration: Configuration;
  /** Where examples come from. */
  readonly source: ExampleSource;
  /** The run's seed; attempts after the first take seeds derived from it. */
  readonly seed: number;
  /** The most attempts. */
  readonly attempts: number;
  /** The most steps, of all attempts together. */
  readonly steps: number;
  /** The engine that computes. */
  readonly engine: Engine;
  /** Parameters, in place of random ones, for attempts that do not start from the best ones of earlier attempts. */
  readonly from?: Float32Array | undefined;
}

/** A larger parameter means that the training has diverged: most are below 1. */
const LARGEST_PARAMETER = 1e6;

/** A run in progress. */
export class Learner {
  /** All of the run but its vectors. */
  readonly state: TrainingState;
  /** The parts of the run. */
  readonly options: LearnerOptions;
  #training: Training;
  #best: Float32Array | undefined;
  /** The steps since the last check whose metrics are still on the device. */
  #pending: Omit<StepRecord, "metrics">[] = [];

  /** Starts a run, or resumes it from `vectors` at `state`. */
  constructor(options: LearnerOptions, state: TrainingState, vectors?: TrainingVectors) {
    this.options = { ...options };
    this.state = state;
    if (vectors === undefined) {
      state.attempt = 1;
      this.#training = this.#start(this.#firstParameters());
    } else {
      this.#training = this.#start(vectors.parameters, vectors.moments);
      this.#best = state.best === null ? undefined : vectors.best;
    }
  }

  /** The present network, with the present number of parameter sets. */
  get network(): Network {
    return this.#networkOf(this.#levels);
  }

  get #levels(): number {
    return levelsOf(this.options.configuration, this.state);
  }

  #networkOf(state_levels: number): Network {
    const { configuration, source } = this.options;
    return networkOf({ ...configuration, state_levels }, source.problem.symbols, this.state.sets);
  }

  /** The seed of the present attempt. */
  get #seed(): number {
    const { attempt } = this.state;
    return attempt === 1 ? this.options.seed : deriveSeed(this.options.seed, "attempt", attempt);
  }

  #firstParameters(): Float32Array {
    return this.options.from ?? initialParameters(this.network.table, this.#seed);
  }

  #start(parameters: Float32Array, moments?: readonly [Float32Array, Float32Array]): Training {
    const { configuration, engine } = this.options;
    const network = this.#networkOf(configuration.state_levels); // each step tells whether it rounds to them
    return engine.train({ network, optimizer: configuration, parameters, moments });
  }

  /** Takes one step. Its metrics stay on the device until the next check. */
  async step(): Promise<void> {
    const { state, options: { configuration, source } } = this;
    const present = { ...configuration, ...duringOrAfter(configuration, state) };
    const { size, batches } = batchesOf(present, source, this.#seed, state.attemptStep, state.size);
    const numbers = numbersOf(configuration, state, this.#seed, this.#training.size);
    await this.#training.step({ batches, ...numbers });
    this.#pending.push({ size, ...countsOf(batches) });
    state.step++;
    state.attemptStep++;
  }

  /** Whether the window of steps is full and `check` is due. */
  get checkDue(): boolean {
    return this.state.attemptStep % this.options.configuration.check_every === 0;
  }

  /** Steps until the attempt or the run ends at the latest; undefined where neither has a limit. */
  get stepsLeft(): number | undefined {
    const { steps, configuration } = this.options;
    const left = Math.min(steps - this.state.step, stepsOfAttemptLeft(configuration, this.state));
    return Number.isFinite(left) ? left : undefined;
  }

  /** Reads the metrics of all steps of the window into the state. */
  async collect(): Promise<void> {
    const measured = await this.#training.metrics();
    if (!measured.every((metrics) => Object.values(metrics).every(Number.isFinite))) throw this.#diverged();
    measured.forEach((metrics, i) => this.state.window.push({ ...this.#pending[i]!, metrics }));
    this.#pending = [];
  }

  /**
   * Throws where the last step left parameters that are not finite or far too large, as those of a damaged checkpoint
   * may be.
   */
  async checkStep(): Promise<void> {
    await this.collect();
    const parameters = await this.#training.parameters();
    if (!parameters.every((value) => Math.abs(value) <= LARGEST_PARAMETER)) throw this.#diverged();
  }

  #diverged() {
    return divergence(this.state.step, this.options.configuration.learning_rate);
  }

  /**
   * Ends the window: adjusts the curriculum and the schedules, throws if the training has diverged, and notes whether a
   * validation is due, which the caller makes. Returns the window.
   */
  async check(): Promise<Pick<Window, "steps" | "learningRate" | "stateNoise">> {
    await this.collect();
    const { state, options: { configuration, source } } = this;
    const steps = state.window;
    const rate = learningRate(configuration, state);
    const { state_noise: stateNoise } = duringOrAfter(configuration, state);
    const losses = { loss: meanOf(steps, "loss"), sequenceAccuracy: shareRight(steps, "examples") };
    weighSaturation(configuration, rate, state);
    state.errorShare = 1 - losses.sequenceAccuracy;
    state.noiseAfterMastery = nextNoiseAfterMastery(configuration, state);
    const { size, successes } = advance(configuration, source.sizes, state.size, steps);
    const gained = size !== state.size;
    if (gained || (state.sets > 1 && successes > 0)) state.lastGain = state.attemptStep;
    state.size = size;
    Object.assign(state, afterLosses(configuration, state, losses, gained));
    await this.#relax(successes);
    state.window = [];
    state.validationDue = size === source.sizes.at(-1) && isValidationDue(configuration, state);
    return { steps, learningRate: rate, stateNoise };
  }

  /** Pulls the sets together more strongly after successes of the curriculum, and in the end averages them. */
  async #relax(successes: number): Promise<void> {
    const { state, network: { spec } } = this;
    const after = relax(this.options.configuration, state, successes);
    if (after.sets !== state.sets) {
      const { parameters, moments } = await this.vectors();
      this.dispose();
      state.sets = after.sets;
      this.#training = this.#start(
        averageSets(spec, parameters),
        [averageSets(spec, moments[0]), averageSets(spec, moments[1])],
      );
      Object.assign(state, { masteredAt: null, lastValidation: null }); // the averaged model has to be validated anew
    }
    Object.assign(state, after);
  }

  /**
   * Tries fresh examples, of the largest size only until it is mastered, from then on of all sizes. The parameters that are
   * best on the longest examples are kept, with whether the state is rounded.
   */
  async validate(watch: WatchOptions = {}): Promise<Validation> {
    const { state, options: { configuration } } = this;
    const validation = await this.#look(mayEnd(configuration, state), watch);
    const { score } = validation;
    if (score[0]! >= configuration.mastery_accuracy) state.masteredAt ??= state.attemptStep;
    if (state.masteredAt !== null) {
      state.lastValidation = score;
      if (state.best === null || compareScores(score, state.best.score) >= 0) {
        const { step, attempt, sets } = state;
        state.best = { score, step, attempt, sets, levels: this.#levels };
        this.#best = await this.#training.parameters();
      }
    }
    state.validationDue = false;
    state.validatedAt = state.step;
    return validation;
  }

  async #look(mayEnd: boolean, watch: WatchOptions): Promise<Validation> {
    const { state, options: { configuration, source, engine } } = this;
    const { mastery_accuracy, extra_steps: extraSteps } = configuration;
    return await validate({
      ...{ ...watch, source, engine, mayEnd, extraSteps },
      models: [{ network: this.network, parameters: await this.#training.parameters() }],
      seedOf: (purpose) => deriveSeed(this.#seed, purpose, state.attemptStep),
      tryLongerFrom: state.masteredAt === null ? mastery_accuracy : 0,
    });
  }

  /** Whether the run has ended with parameters that were not validated. */
  get closingDue(): boolean {
    const { ended, closing, validatedAt, step } = this.state;
    return ended !== null && closing === null && validatedAt !== step;
  }

  /**
   * Validates the parameters with which the run has ended, so that they can be chosen, too. Nothing else depends on it,
   * so that a run that is continued with more steps is the same as one that never stopped.
   */
  async close(watch: WatchOptions = {}): Promise<Validation> {
    const validation = await this.#look(false, watch);
    this.state.closing = validation.score;
    return validation;
  }

  /** Continues a run that had ended. */
  reopen(): void {
    const { state, state: { ended } } = this;
    Object.assign(state, { ended: null, closing: null });
    if (ended === "attempts") this.conclude(); // now another one is allowed
  }

  /** The present parameters, and how many levels the state is rounded to. */
  async present(): Promise<{ parameters: Float32Array; sets: number; attempt: number; levels: number }> {
    const { sets, attempt } = this.state;
    return { parameters: await this.#training.parameters(), sets, attempt, levels: this.#levels };
  }

  /** The parameters of the run's result if it ended now: those of the best validation, or the present ones without one. */
  async chosen(): ReturnType<Learner["present"]> {
    const { best, closing } = this.state;
    if (best !== null && (closing === null || compareScores(closing, best.score) < 0)) {
      return { ...best, parameters: this.#best! };
    }
    return await this.present();
  }

  /** A fresh example of the present size, and what a model with the present parameters writes for it. */
  async sample(): Promise<Sample> {
    const { source, configuration, engine } = this.options;
    const example = source.training(deriveSeed(this.#seed, "sample", 0), this.state.step, 0, this.state.size);
    const weights = { network: this.network, parameters: await this.#training.parameters() };
    return await sampleOf(engine, weights, example, configuration);
  }

  /**
   * Ends the run where a validation found no error and was confirmed, and the attempt where it is over: then the next
   * one starts, or the run ends. The caller calls it after every check and its validation.
   */
  conclude(): void {
    const { state, options: { configuration, attempts, source } } = this;
    const confirmed = mayEnd(configuration, state) && isConfirmed(source, state.lastValidation);
    if (confirmed) state.ended = "confirmed";
    else if (isOver(configuration, source, state)) {
      if (state.attempt < attempts) this.#startAttempt();
      else state.ended = "attempts";
    }
  }

  #startAttempt(): void {
    const goesOn = startNextAttempt(this.options.configuration, this.options.source, this.state);
    this.dispose();
    this.#training = this.#start(goesOn ? this.#best! : this.#firstParameters());
  }

  /** The vectors' values, for a checkpoint or a model. */
  async vectors(): Promise<TrainingVectors> {
    const vectors = await this.#training.vectors();
    return { ...vectors, best: this.#best ?? vectors.parameters };
  }

  /** Frees the tensors on the device. */
  dispose(): void {
    this.#training.dispose();
  }
}
