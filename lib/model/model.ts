import type { Arithmetic } from "../problems/problem.ts";
import type { Configuration } from "./configuration.ts";

/** A row of report.csv and of `evaluate`: how a model does at one size of one suite. */
export interface ReportRow {
  /** The model's file or name. */
  readonly model: string;
  /** The problem's name. */
  readonly problem: string;
  /** The distribution of inputs; `data` for a file's. */
  readonly suite: string;
  /** Digits per operand, or input symbols. */
  readonly size: number;
  /** Examples tried. */
  readonly examples: number;
  /** Share of examples with every position right, from 0 to 1. */
  readonly sequence_accuracy: number;
  /** Share of positions right, PAD after the answer included, from 0 to 1. */
  readonly symbol_accuracy: number;
  /** Examples with at least one wrong position. */
  readonly errors: number;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** Whether what a file held is a row of a report, with numbers that may be and that agree with each other. */
export function isReportRow(value: unknown): value is ReportRow {
  const { model, problem, suite, ...numbers }: Partial<ReportRow> = Object(value);
  const { size, examples, errors, sequence_accuracy, symbol_accuracy, seconds = NaN } = numbers;
  return [model, problem, suite].every((word) => typeof word === "string") &&
    isWhole(size, 1) && isWhole(examples, 1) && isWhole(errors, 0) && errors <= examples &&
    Math.abs(Number(sequence_accuracy) - (examples - errors) / examples) < 1e-6 &&
    isShare(symbol_accuracy) && Number.isFinite(seconds) && seconds >= 0;
}

/** Whether what a file held is a whole number of at least `least`. */
export function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** Where a model comes from. */
export interface Origin {
  /** The preset's name. */
  readonly preset: string;
  /** The seed given. */
  readonly seed: number;
  /** Training steps, of all attempts together. */
  readonly steps: number;
  /** The attempt that gave these parameters, from 1. */
  readonly attempt: number;
}

/** A trained model: all that a model file holds. */
export interface Model {
  /** The problem's name, alphabet and notation. */
  readonly problem: {
    readonly name: string;
    readonly symbols: string;
    readonly arithmetic?: Arithmetic | undefined;
  };
  /** Every setting of its training. */
  readonly configuration: Configuration;
  /** Parameter sets that the steps take in turn: `relaxation_sets`, or 1 where these have been averaged. */
  readonly sets: number;
  /** The flat parameter vector. */
  readonly parameters: Float32Array;
  /** Where it comes from. */
  readonly origin: Origin;
  /** How it did at the end of its training. */
  readonly results: readonly ReportRow[];
}
