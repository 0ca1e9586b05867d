import type { Arithmetic } from "../problems/problem.ts";
import type { Configuration } from "./configuration.ts";

/** A row of a report, as in report.csv: how well a model does on the examples of one size and suite. */
export interface ReportRow {
  /** Name or file of the model; where the command line averages several, these joined by `+`. */
  readonly model: string;
  /** Name of the problem. */
  readonly problem: string;
  /** Name of the suite, the distribution of the inputs; `data` for given rows, `adversarial` for a search for failures. */
  readonly suite: string;
  /** Digits per operand, input symbols, or what else the problem counts. */
  readonly size: number;
  /** Number of examples tried. */
  readonly examples: number;
  /** Share of examples with every position right, from 0 to 1. */
  readonly sequence_accuracy: number;
  /** Share of positions right, padding after the answer included, from 0 to 1. */
  readonly symbol_accuracy: number;
  /** Number of examples with at least one wrong position. */
  readonly errors: number;
  /** Seconds that the evaluation of these examples took. */
  readonly seconds: number;
  /**
   * Share of examples whose answer is right, from 0 to 1, where nobody looks at the padding after it: how Kaiser & Sutskever
   * and Price et al. count. Absent in the rows of model files from before there was this column.
   */
  readonly answer_accuracy?: number | undefined;
}

/** Whether what a file held is a row of a report, with numbers that may be and that agree with each other. */
export function isReportRow(value: unknown): value is ReportRow {
  const { model, problem, suite, ...numbers }: Partial<ReportRow> = Object(value);
  const { size, examples, errors, sequence_accuracy, symbol_accuracy, seconds = NaN, answer_accuracy = 1 } =
    numbers;
  return [model, problem, suite].every((word) => typeof word === "string") &&
    isWhole(size, 1) && isWhole(examples, 1) && isWhole(errors, 0) && errors <= examples &&
    Math.abs(Number(sequence_accuracy) - (examples - errors) / examples) < 1e-6 &&
    isShare(symbol_accuracy) && isShare(answer_accuracy) &&
    answer_accuracy >= Number(sequence_accuracy) - 1e-6 && Number.isFinite(seconds) && seconds >= 0;
}

/** Whether what a file held is a whole number of at least `least`. */
export function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** How a model was trained. */
export interface Origin {
  /** Name of the preset. */
  readonly preset: string;
  /** Seed of the training. */
  readonly seed: number;
  /** Training steps of all attempts together. */
  readonly steps: number;
  /** The attempt from which the parameters come, from 1. */
  readonly attempt: number;
}

/** A trained model: everything that a model file holds. */
export interface Model {
  /** Name and alphabet of the problem, and its operation where it is one of two numbers. */
  readonly problem: {
    readonly name: string;
    readonly symbols: string;
    readonly arithmetic?: Arithmetic | undefined;
  };
  /** All settings of its training. */
  readonly configuration: Configuration;
  /** Number of parameter sets that the steps take in turn: 1, or `configuration.relaxation_sets` where these were not averaged. */
  readonly sets: number;
  /** All parameters in one vector. The tensors of the model's file are its parts, by name. */
  readonly parameters: Float32Array;
  /** How it was trained. */
  readonly origin: Origin;
  /** The report at the end of its training. */
  readonly results: readonly ReportRow[];
}
