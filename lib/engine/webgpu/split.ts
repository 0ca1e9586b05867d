/** Whether a workgroup takes whole rows through all steps, or the positions of a row are split over several. */
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** The work, as far as the choice depends on it. */
export interface Work {
  /** Rows of the batch. */
  readonly rows: number;
  /** Applications of a cell, one after the other. */
  readonly applications: number;
  /** Floating-point operations of one application to one row. */
  readonly flop: number;
  /** Tiles of a row: what one invocation computes at once. */
  readonly tiles: number;
}

/** Invocations of a workgroup that every device allows. */
export const MOST_THREADS = 256;

/** WebGPU does not tell how many processors a GPU has; those that people train on have about 20 to 130. */
const ASSUMED_PROCESSORS = 64;

/** A second for a slow GPU, at 10 GFLOP/s a processor forward and half of that backward: Windows waits for two. */
const MOST_FLOP = 5e9;

/**
 * On the CPU a barrier suspends every invocation: beyond this many operations of all rows two dispatches cost less, as
 * measured on lavapipe, where splitting makes a training step of 32 rows 1.5 times as fast, whatever the length.
 */
const FLOP_OF_BARRIERS = 1e6;

/** Operations of the convolutions of one application of a cell to one row. */
export function flopOf(spec: RecurrenceSpec, positions: number): number {
  const { kernel_width, kernel_length, maps, width } = spec;
  return 2 * 3 * kernel_width * kernel_length * maps ** 2 * width * positions;
}

/**
 * Whether to split rows. Every application then needs dispatches of its own, which pays where the invocations of one
 * workgroup would have to take turns: on an H200 a step of 64 maps and 41 positions is 1.1 times as fast whole, one of 96
 * maps 1.4 times as fast split, one of 64 maps and 201 positions 3 times. It must be where a dispatch of whole rows would
 * take too long.
 */
export function splitOf({ rows, applications, flop, tiles }: Work, software: boolean): boolean {
  if (software) return rows * flop > FLOP_OF_BARRIERS;
  return tiles > MOST_THREADS || Math.ceil(rows / ASSUMED_PROCESSORS) * applications * flop > MOST_FLOP;
}

/** Dispatches that may be submitted together, where each takes one phase of one application to all rows. */
export function dispatchesTogether({ rows, flop }: Pick<Work, "rows" | "flop">): number {
  return Math.max(
    1,
    Math.min(MOST_TOGETHER, Math.floor(ASSUMED_PROCESSORS * MOST_FLOP / 10 / (rows * flop))),
  );
}

/** So that the device starts on the first of them while the later ones are recorded. */
const MOST_TOGETHER = 128;
