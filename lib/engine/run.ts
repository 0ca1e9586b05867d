/** A run of the recurrence: the length and steps of each row, and the dropout and noise of a training step. */

/** The length and the number of steps of each row of a batch. */
export interface RowSteps {
  /** Positions in use of each row, from 1 to the positions of the state. The state is kept at zero in the others. */
  readonly lengths: readonly number[];
  /** Steps of each row, at least 0. After its last step a row's state stays as it is. */
  readonly steps: readonly number[];
}

/** One run of the recurrence over a batch: the length and steps of each row, and what training adds. */
export interface RecurrenceRun extends RowSteps {
  /** Number of rows by which the saturation cost is divided: that of the whole batch, even where this is a part of it. */
  readonly batch: number;
  /** Whether the saturation cost is computed; it is 0 where it is not. */
  readonly saturation: boolean;
  /** Dropout; by default nothing is dropped. */
  readonly dropout?: Dropout | undefined;
  /** Noise on the state; by default none is added. */
  readonly noise?: StateNoise | undefined;
  /**
   * Whether the state is rounded to the spec's levels after every step, as inference does, and after the noise. Gradients
   * pass as though it were not (the straight-through estimator).
   */
  readonly rounds?: boolean | undefined;
}

/** Selects the random numbers of a run, which are the same on every backend and for any division of a batch. */
export interface Draws {
  /** Seed, from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Number of the training step. */
  readonly trainingStep: number;
  /** Index of the first row in the whole batch, of which this may be a part. */
  readonly firstExample: number;
}

/** Dropout in a run of the recurrence. */
export interface Dropout extends Draws {
  /** Probability that a unit is set to zero, from 0 to below 1; the others are multiplied by 1/(1 − rate). */
  readonly rate: number;
  /**
   * What is dropped. `candidate`: units of the candidate of every cell (Freivalds & Liepins 2017). `state`: units of the
   * state after every step (Kaiser & Sutskever 2015).
   */
  readonly on: "candidate" | "state";
}

/** Noise that is added to every unit of the state after every step. */
export interface StateNoise extends Draws {
  /** Half-width of the noise, which is uniform from −scale to scale. */
  readonly scale: number;
}
