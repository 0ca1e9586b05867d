import type { Cell } from "../cells/cell.ts";
import { type CellKind, cellOf } from "../cells/table.ts";

/**
 * The shape of a recurrence and of its parameters.
 *
 * A state has the shape `[batch, width, positions, maps]`. One step applies `layers` cells in turn; step t takes its
 * parameters from set t mod `sets` (parameter-sharing relaxation, Kaiser & Sutskever 2015, section 3.3; 1 set otherwise).
 */

/** The shape of a recurrence: what its cells compute, and the number and shapes of its parameters. */
export interface RecurrenceSpec {
  /** The cell: one that comes with the toolkit, by its name, or the data of another. */
  readonly cell: CellKind | Cell;
  /** Channels of the state, m: at least 1. */
  readonly maps: number;
  /** Columns of the state, w: at least 1, which is a one-dimensional model. */
  readonly width: number;
  /** Cells with parameters of their own that are applied in turn in one step, l: at least 1. */
  readonly layers: number;
  /**
   * Parameter sets, r: step t takes set t mod r (parameter-sharing relaxation, Kaiser & Sutskever 2015, section 3.3). 1
   * where all steps share their parameters.
   */
  readonly sets: number;
  /** Extent of the filters along the columns: an odd number, at most 2·width − 1. */
  readonly kernel_width: number;
  /** Extent of the filters along the positions: an odd number. */
  readonly kernel_length: number;
  /**
   * Cut-off c of the gates of `cgru`, which are the sigmoid stretched to the range from −c to 1 + c and clipped to the one
   * from 0 to 1. 0 for plain sigmoids; the cell `diagonal` does not read it.
   */
  readonly gate_cutoff: number;
  /**
   * Number of values, evenly spaced from −1 to 1, to which inference rounds the state after every step: an odd number,
   * or 0 for no rounding. Training and `recurrence` round it only where `rounds` of their run is true.
   */
  readonly state_levels: number;
}

/** The number of filter banks of a cell. */
export function bankCount(spec: RecurrenceSpec): number {
  return cellOf(spec).banks.length;
}

/** Elements of one filter: `[kernel_width, kernel_length, maps, maps]`. */
export function filterSize(spec: RecurrenceSpec): number {
  return spec.kernel_width * spec.kernel_length * spec.maps * spec.maps;
}

/** Elements of one bank: its filter, then its bias `[maps]`. */
export function bankSize(spec: RecurrenceSpec): number {
  return filterSize(spec) + spec.maps;
}

/**
 * Counts the parameters of a recurrence: the filters of the cell's banks with their biases for every set and layer.
 *
 * @param spec The shape of the recurrence.
 * @returns The number of elements of the flat parameter vector,
 * `sets · layers · banks · (kernel_width · kernel_length · maps² + maps)`.
 *
 * @example Usage
 * ```ts
 * import { recurrenceSize } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const size = recurrenceSize({
 *   cell: "cgru",
 *   maps: 24,
 *   width: 4,
 *   layers: 2,
 *   sets: 1,
 *   kernel_width: 3,
 *   kernel_length: 3,
 *   gate_cutoff: 0.1,
 *   state_levels: 0,
 * });
 * assertEquals(size, 2 * 3 * (3 * 3 * 24 * 24 + 24));
 * ```
 */
export function recurrenceSize(spec: RecurrenceSpec): number {
  return spec.sets * spec.layers * bankCount(spec) * bankSize(spec);
}
