/**
 * The shape of a recurrence and of its parameters.
 *
 * A state has the shape `[batch, width, positions, maps]`. One step applies `layers` cells in turn; step t takes its
 * parameters from set t mod `sets` (parameter-sharing relaxation, Kaiser & Sutskever 2015, section 2; 1 set otherwise).
 */

/** `diagonal`: the cell of Freivalds & Liepins 2017, with hard gates. `cgru`: that of Kaiser & Sutskever 2015. */
export type CellKind = "diagonal" | "cgru";

/** What fixes the number and the shapes of a recurrence's parameters. */
export interface RecurrenceSpec {
  /** The cell's formulas. */
  readonly cell: CellKind;
  /** Channels of the state, m. */
  readonly maps: number;
  /** Columns of the state, w; 1 for a one-dimensional model. */
  readonly width: number;
  /** Cells with parameters of their own that make up one step, l. */
  readonly layers: number;
  /** Parameter sets between which the steps alternate, r. */
  readonly sets: number;
  /** Extent of the filters along the columns: odd, at most 2·width − 1. */
  readonly kernel_width: number;
  /** Extent of the filters along the positions: odd. */
  readonly kernel_length: number;
  /** How far beyond 0 and 1 the CGRU's gates would reach if they were not cut off there; 0 for plain sigmoids. */
  readonly gate_cutoff: number;
  /** Values from −1 to 1 to which inference rounds the state after every step: odd; 0 where it does not. See levels.ts. */
  readonly state_levels: number;
}

/** The three filter banks of a cell, in the order in which they stand in the flat parameter vector. */
export const BANKS = ["reset", "gate", "candidate"] as const;

/** Elements of one filter: `[kernel_width, kernel_length, maps, maps]`. */
export function filterSize(spec: RecurrenceSpec): number {
  return spec.kernel_width * spec.kernel_length * spec.maps * spec.maps;
}

/** Elements of one bank: its filter, then its bias `[maps]`. */
export function bankSize(spec: RecurrenceSpec): number {
  return filterSize(spec) + spec.maps;
}

/** Elements of all banks of all sets and layers: set by set, layer by layer, then in the order of {@linkcode BANKS}. */
export function recurrenceSize(spec: RecurrenceSpec): number {
  return spec.sets * spec.layers * BANKS.length * bankSize(spec);
}

/** How rows differ within a batch, and what stays fixed while a training step runs. */
export interface RecurrenceRun {
  /** Positions of each row that hold symbols, at most the state's positions; the others are kept at zero. */
  readonly lengths: readonly number[];
  /** Steps of each row. The row's state stays as it is after its last step. */
  readonly steps: readonly number[];
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

/** Pre-activations beyond ± this are saturated (Freivalds & Liepins 2017). */
export const SATURATION_LIMIT = 0.9;
