import { sumOf } from "../deps.ts";
import type { Configuration } from "../model/configuration.ts";
import type { TestSet } from "../evaluation/report.ts";
import type { ExampleSource } from "./examples/source.ts";
import type { TrainingState } from "./state.ts";
import {
  confirmationRounds,
  type SizeAndCount,
  type ValidationRow,
  validationSets,
} from "./rules/validation.ts";

/** A step of training costs about three times what the same examples cost in inference. */
const TRAINING_COST = 3;

/**
 * Estimates how long a run takes at most, from its speed so far: for its steps, its validations, one confirmation and
 * the report. It is shown to people, and nothing else depends on it.
 */
export class TimeLeft {
  readonly #configuration: Configuration;
  readonly #source: ExampleSource;
  readonly #report: number;
  readonly #lengths = new Map<number, number>();
  /** Seconds for a step of training, and for a unit of inference: one position of one example in one step. */
  #seconds: { step: number; unit: number } | undefined;
  #measured = false;

  /** For a run whose report will have these test sets. */
  constructor(configuration: Configuration, source: ExampleSource, report: readonly TestSet[]) {
    this.#configuration = configuration;
    this.#source = source;
    this.#report = sumOf(report, ({ size, count }) => count * this.#units(size));
  }

  /** Takes the speed of a window of steps into account. */
  sawSteps(stepsPerSecond: number, size: number): void {
    const step = 1 / stepsPerSecond;
    const units = TRAINING_COST * this.#configuration.batch_size * this.#units(size);
    this.#seconds = { step, unit: this.#measured ? this.#seconds!.unit : step / units };
  }

  /** Takes the time of a validation into account. */
  sawValidation(rows: readonly ValidationRow[], seconds: number): void {
    if (this.#seconds === undefined) return;
    const units = sumOf(rows, ({ size, examples }) => examples * this.#units(size));
    this.#seconds.unit = seconds / units;
    this.#measured = true;
  }

  /** Seconds until a run that has so many steps left is over; undefined where that is not known. */
  left(stepsLeft: number | undefined, { attemptStep, ended }: TrainingState): number | undefined {
    if (stepsLeft === undefined || this.#seconds === undefined) return undefined;
    if (ended !== null) return this.report;
    const { step, unit } = this.#seconds;
    const validations = 1 + Math.floor((attemptStep + stepsLeft) / this.#configuration.validate_every) -
      Math.floor(attemptStep / this.#configuration.validate_every);
    const tried = validations * this.#unitsOf(validationSets(this.#source)) +
      this.#unitsOf(confirmationRounds(this.#source).flat());
    return stepsLeft * step + tried * unit + this.#report * unit;
  }

  /** Seconds that the report takes. */
  get report(): number | undefined {
    return this.#seconds && this.#report * this.#seconds.unit;
  }

  #unitsOf(sets: readonly SizeAndCount[]): number {
    return sumOf(
      sets,
      ([size, perSuite]) => this.#source.validationCount(size, perSuite) * this.#units(size),
    );
  }

  /** Positions × steps of an example. */
  #units(size: number): number {
    const length = this.#lengths.get(size) ?? this.#source.lengthOf(size);
    this.#lengths.set(size, length);
    return length * (length + this.#configuration.extra_steps);
  }
}
