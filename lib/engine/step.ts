/** What a training step is computed from. */
import type { Batch } from "../model/batch.ts";
import type { Dropout, StateNoise } from "./run.ts";

/** All that a step's gradient depends on besides parameters and examples. */
export interface GradientOptions {
  /** Dropout, absent for none. `firstExample` is counted over all batches of the step. */
  readonly dropout: Omit<Dropout, "firstExample"> | undefined;
  /** Whether {@linkcode dropoutByLength} reduces the share that is dropped. */
  readonly dropoutByLength?: boolean | undefined;
  /** Share of each batch's examples, its first ones, that have neither dropout nor noise. */
  readonly cleanShare?: number | undefined;
  /** Noise on the state; absent for none. */
  readonly noise?: Omit<StateNoise, "firstExample"> | undefined;
  /** Whether the state is rounded to the network's levels after every step, through which gradients pass unchanged. */
  readonly rounds?: boolean | undefined;
  /** Weight of the saturation cost; where it is 0 the cost is not computed. */
  readonly saturationWeight: number;
}

/** Options of a training step. */
export interface StepOptions {
  /** Examples and positions without padding of the whole batch, of which this may be a shard. */
  readonly totals: { readonly rows: number; readonly positions: number };
  /** Absent where nothing is dropped. */
  readonly dropout: Dropout | undefined;
  /** Absent where no noise is added to the state. */
  readonly noise?: StateNoise | undefined;
  /** Whether the state is rounded to the network's levels after every step. */
  readonly rounds?: boolean | undefined;
  /** Weight of the saturation cost; where it is 0 the cost is not computed, and reported as 0. */
  readonly saturationWeight: number;
}

/** Some of a step's examples, and all that their gradient depends on besides the parameters. */
export interface Shard {
  /** The examples. */
  readonly batch: Batch;
  /** Options of the step. */
  readonly options: StepOptions;
  /**
   * How many of its first examples have neither dropout nor noise; undefined where {@linkcode Division} does not mix
   * them.
   */
  readonly clean: number | undefined;
  /** Number of batches of the step; its loss is the mean over them. */
  readonly batches: number;
}
