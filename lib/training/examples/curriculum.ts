import { type Batch, encodeBatch } from "../../model/batch.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { LongestBatch } from "../../engine/memory.ts";
import { Random } from "../../random.ts";
import { sumOf } from "../../deps.ts";
import type { ExampleSource } from "./source.ts";
import type { StepRecord } from "../state.ts";

/** The most sizes that the curriculum gains in one window of steps. */
const GAINS_PER_WINDOW = 2;

/** Share of a bin's examples that are of a smaller size, padded (code of Freivalds & Liepins). */
const SHORTER_IN_BIN = 0.05;

/** The batches of one training step. */
export interface StepBatches {
  /** The size trained; the largest where several are trained at once. */
  readonly size: number;
  /** One batch, or one for each bin. */
  readonly batches: readonly Batch[];
}

/**
 * The examples of a step: mostly of the curriculum's size, sometimes of a random one (Kaiser & Sutskever 2015, section
 * 3.3); or, where the configuration has bins, of every bin's length at once (Freivalds & Liepins 2017).
 */
export function batchesOf(
  configuration: Configuration,
  source: ExampleSource,
  seed: number,
  step: number,
  currentSize: number,
): StepBatches {
  const { bins, batch_size, random_size_share } = configuration;
  const random = new Random(seed, "size", step);
  if (bins.length === 0) {
    const size = random.uniform() < random_size_share ? random.pick(source.sizes) : currentSize;
    const examples = Array.from({ length: batch_size }, (_, i) => source.training(seed, step, i, size));
    const extraSteps = extraStepsOf(configuration, random);
    return { size, batches: [encodeBatch(source.problem.symbols, examples, { extraSteps })] };
  }
  const extraSteps = extraStepsOf(configuration, random);
  let place = 0;
  const batches = usedBins(configuration, source).map(({ bin, size }) => {
    const smaller = source.sizes.filter((other) => other < size);
    const examples = Array.from({ length: batch_size }, () => {
      const shorter = smaller.length > 0 && random.uniform() < SHORTER_IN_BIN;
      return source.training(seed, step, place++, shorter ? random.pick(smaller) : size);
    });
    return encodeBatch(source.problem.symbols, examples, { extraSteps, bin });
  });
  return { size: currentSize, batches };
}

/**
 * Draws the number of extra steps. The answer must be complete after n steps and stay the same after that. With a fixed
 * number of extra steps a network only learns to finish later; with extra steps in evaluation only, it has never learned
 * to keep its answer.
 */
function extraStepsOf({ training_extra_steps }: Configuration, random: Random): number {
  return training_extra_steps === 0 ? 0 : random.between(0, training_extra_steps);
}

/** The bins that hold an example, and the largest size that fits each; up to the first that holds the largest size. */
function usedBins(configuration: Configuration, source: ExampleSource): { bin: number; size: number }[] {
  const largest = source.sizes[source.sizes.length - 1]!;
  const used: { bin: number; size: number }[] = [];
  for (const bin of [...configuration.bins].sort((a, b) => a - b)) {
    const size = source.sizes.findLast((size) => source.lengthOf(size) <= bin);
    if (size !== undefined) used.push({ bin, size });
    if (size === largest) return used;
  }
  return [...used, { bin: source.lengthOf(largest), size: largest }];
}

/** The number of examples in a step's batches, and of their positions without padding. */
export function countsOf(batches: readonly Batch[]): Pick<StepRecord, "examples" | "positions"> {
  return {
    examples: sumOf(batches, ({ rows }) => rows),
    positions: sumOf(batches, ({ lengths }) => sumOf(lengths, (length) => length)),
  };
}

/** The length of the longest examples of a training, and how many of them make a batch. */
export function longestBatch(configuration: Configuration, source: ExampleSource): LongestBatch {
  const { batch_size: rows, bins, training_extra_steps, training_extra_steps_after_mastery } = configuration;
  const positions = Math.max(source.lengthOf(source.sizes.at(-1)!), ...bins);
  return {
    rows,
    positions,
    steps: positions + Math.max(training_extra_steps, training_extra_steps_after_mastery),
  };
}

/**
 * The size after a window of steps. It is one size larger for each step in which enough examples of the current size
 * were right, at most two. `successes` is the number of these steps; at the largest size it is at most 1.
 */
export function advance(
  configuration: Configuration,
  sizes: readonly number[],
  size: number,
  window: readonly StepRecord[],
): { size: number; successes: number } {
  const last = sizes.length - 1;
  let index = sizes.indexOf(size);
  const most = index === last ? 1 : Math.min(GAINS_PER_WINDOW, last - index);
  let successes = 0;
  for (const { size: trained, examples, metrics } of window) {
    const enough = trained === sizes[index] &&
      metrics.sequences_right / examples >= configuration.advance_accuracy;
    if (!enough || successes === most) continue;
    successes++;
    index = Math.min(index + 1, last);
  }
  return { size: sizes[index]!, successes };
}
