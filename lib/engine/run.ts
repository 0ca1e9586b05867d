/** A run of the recurrence: what differs from row to row, and what a training step adds to it. */

/** Positions and steps of each row. */
export interface RowSteps {
  /** Positions of each row that hold symbols, at most the state's positions; the others are kept at zero. */
  readonly lengths: readonly number[];
  /** Steps of each row. The row's state stays as it is after its last step. */
  readonly steps: readonly number[];
}

/** A run of which the gradient may be asked. */
export interface RecurrenceRun extends RowSteps {
  /** Rows by which the saturation cost is divided: those of the whole batch where this is a shard of it. */
  readonly batch: number;
  /** Whether the saturation cost is wanted; where it is not, it is 0 and no time goes into it. */
  readonly saturation: boolean;
  /** Absent where nothing is dropped. */
  readonly dropout?: Dropout | undefined;
  /** Absent where no noise is added. */
  readonly noise?: StateNoise | undefined;
}

/** Of what training step random numbers are, and of which examples of its batch. */
export interface Draws {
  /** Seed of the training run. */
  readonly seed: number;
  /** The training step. */
  readonly trainingStep: number;
  /** Index in the batch of the first row. */
  readonly firstExample: number;
}

/** Which units a training step drops; a function of these numbers alone. */
export interface Dropout extends Draws {
  /** Share of units set to zero, from 0 to below 1; the others are scaled by 1/(1 − rate). */
  readonly rate: number;
  /** `candidate`: the candidate c of every cell (Freivalds & Liepins). `state`: the state after every step (Kaiser & Sutskever). */
  readonly on: "candidate" | "state";
}

/** What a training step adds to every unit of the state after every step; a function of these numbers alone. */
export interface StateNoise extends Draws {
  /** The noise is uniform in ± this. */
  readonly scale: number;
}
