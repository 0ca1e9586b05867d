/** Decides whether a workgroup computes whole rows for all steps, or the positions of a row are split over several. */
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** The numbers of a run on which the decision depends. */
export interface Work {
  /** Rows of the batch. */
  readonly rows: number;
  /** Applications of a cell, one after the other. */
  readonly applications: number;
  /** Floating-point operations of one application to one row. */
  readonly flop: number;
  /** Tiles of a row; one invocation computes a tile at once. */
  readonly tiles: number;
}

/** The most invocations of a workgroup that every device allows. */
export const MOST_THREADS = 256;

/** An estimate of a GPU's processors, whose number WebGPU does not tell: GPUs for training have about 20 to 130. */
const ASSUMED_PROCESSORS = 64;

/**
 * The most operations of one processor in a dispatch. A slow GPU computes 10 GFLOP/s a processor forward and half of
 * that backward, and so takes a second for them. Windows resets a GPU after two.
 */
const MOST_FLOP = 5e9;

/**
 * On a CPU a barrier suspends every invocation. With more operations than this in all rows, two dispatches cost less: on
 * lavapipe splitting was measured to make a training step of 32 rows 1.5 times as fast at every length.
 */
const FLOP_OF_BARRIERS = 1e6;

/** Operations of the convolutions of one application of a cell to one row. */
export function flopOf(spec: RecurrenceSpec, positions: number): number {
  const { kernel_width, kernel_length, maps, width } = spec;
  return 2 * bankCount(spec) * kernel_width * kernel_length * maps ** 2 * width * positions;
}

/**
 * Whether to split rows. Every application then needs dispatches of its own. That is faster where the invocations of
 * one workgroup would have to compute one after the other: on an H200 a step of 64 maps and 41 positions is 1.1 times
 * as fast whole, one of 96 maps 1.4 times as fast split, one of 64 maps and 201 positions 3 times. Rows must be split
 * where a dispatch of whole rows would take too long.
 */
export function splitOf({ rows, applications, flop, tiles }: Work, software: boolean): boolean {
  if (software) return rows * flop > FLOP_OF_BARRIERS;
  return tiles > MOST_THREADS || Math.ceil(rows / ASSUMED_PROCESSORS) * applications * flop > MOST_FLOP;
}

/** The most operations of one submission: a system may take a GPU with a long submission for a hung one. */
export const MOST_WORK: number = ASSUMED_PROCESSORS * MOST_FLOP / 10;

/** The most dispatches of one submission, so that the device starts while later ones are recorded. */
export const MOST_DISPATCHES = 512;
