import type { StepMetrics } from "../engine/metrics.ts";
import type { Configuration } from "../model/configuration.ts";

/**
 * The result of a validation: shares from 0 to 1. First comes the share of right examples for each validation size,
 * from the smallest to the largest. Where all of these are 1 the validation may be confirmed in two rounds with more
 * and longer examples: each round adds the share of its examples that came before the first wrong one.
 */
export type ValidationScore = readonly number[];

/** A validation. */
export interface Validated {
  /** Its result. */
  readonly score: ValidationScore;
  /** The number of levels to which the state was rounded, 0 for none. */
  readonly levels: number;
  /** The step of the run after which it was made. */
  readonly step: number;
  /** The attempt. */
  readonly attempt: number;
  /** The number of parameter sets then. */
  readonly sets: number;
}

/**
 * Why a training ended. `confirmed`: a validation was without an error, and confirmed. `attempts`: the last attempt
 * failed. `steps`: all steps were taken.
 */
export type TrainingEnd = "confirmed" | "attempts" | "steps";

/** How far a training has come. */
export interface TrainingProgress {
  /** Training steps taken, of all attempts together. */
  step: number;
  /** The current attempt, from 1; 0 before the first step. */
  attempt: number;
  /** The size that the curriculum has reached. */
  size: number;
  /** Steps of this attempt after which the largest size was mastered; null before that. */
  masteredAt: number | null;
  /** Half-width of the uniform noise on the state once the largest size is mastered, which may be adapted as it trains. */
  noiseAfterMastery: number;
}

/** One training step of the current window. */
export interface StepRecord {
  /** The size trained; the largest where several are trained at once. */
  readonly size: number;
  /** Examples in the step. */
  readonly examples: number;
  /** Positions of these examples, without padding. */
  readonly positions: number;
  /** Its metrics. */
  readonly metrics: StepMetrics;
}

/**
 * The state of a run without its vectors, as a checkpoint holds it in JSON. All decisions of a training follow from
 * this, the vectors and the configuration, so that a resumed run is the same run bit by bit.
 */
export interface TrainingState extends TrainingProgress {
  /** Steps of this attempt. */
  attemptStep: number;
  /** Step of this attempt at which the curriculum last gained a size or the pull between parameter sets last grew. */
  lastGain: number;
  /** Learning rate, before the factor of a cosine schedule. */
  learningRate: number;
  /** Weight of the saturation cost: 0 where the configuration has none, and above 0 where it has one. */
  saturationWeight: number;
  /** Sums of loss and saturation cost since the weight was last set, and their number. */
  saturationSums: [loss: number, cost: number, steps: number];
  /** Mean losses of the last windows, newest last, for the schedules that depend on them. */
  losses: number[];
  /** Share of the last window's examples that were wrong; 1 before the first. */
  errorShare: number;
  /** Number of parameter sets: the configuration's, or 1 once they are averaged. */
  sets: number;
  /** Weight of the pull between the sets. */
  pull: number;
  /** The steps since the last check. */
  window: StepRecord[];
  /** Whether the last check asked for a validation that is not done yet. */
  validationDue: boolean;
  /** The step of the last validation. */
  validatedAt: number | null;
  /** The best validation so far, of all attempts. */
  best: Validated | null;
  /** The last validation of this attempt. */
  lastValidation: ValidationScore | null;
  /** Why the run ended; null before that. */
  ended: TrainingEnd | null;
  /** The validation of the last step, where the run ended without one there. It is removed where the run is resumed. */
  closing: ValidationScore | null;
}

/** The vectors of a run. */
export interface TrainingVectors {
  /** The parameters. */
  readonly parameters: Float32Array;
  /** The optimizer's moments. */
  readonly moments: readonly [Float32Array, Float32Array];
  /** The parameters of the best validation; the present ones where there was none. */
  readonly best: Float32Array;
}

/** The state before the first step. */
export function initialState(configuration: Configuration, sizes: readonly number[]): TrainingState {
  return {
    step: 0,
    attempt: 0,
    ...freshAttempt(configuration, sizes),
    validatedAt: null,
    best: null,
    ended: null,
    closing: null,
  };
}

/** The part of the state with which every attempt starts. */
export function freshAttempt(
  configuration: Configuration,
  sizes: readonly number[],
): Omit<TrainingState, "step" | "attempt" | "validatedAt" | "best" | "ended" | "closing"> {
  const first = sizes.find((size) => size >= configuration.start_size) ?? sizes[sizes.length - 1]!;
  return {
    attemptStep: 0,
    size: configuration.bins.length > 0 ? sizes[sizes.length - 1]! : first,
    lastGain: 0,
    masteredAt: null,
    learningRate: configuration.learning_rate,
    saturationWeight: configuration.saturation_weight,
    noiseAfterMastery: configuration.state_noise_after_mastery,
    saturationSums: [0, 0, 0],
    losses: [],
    errorShare: 1,
    sets: configuration.relaxation_sets,
    pull: configuration.relaxation_pull,
    window: [],
    lastValidation: null,
    validationDue: false,
  };
}
