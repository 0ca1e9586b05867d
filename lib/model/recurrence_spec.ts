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

/** Pre-activations beyond ± this are saturated (Freivalds & Liepins 2017). */
export const SATURATION_LIMIT = 0.9;
