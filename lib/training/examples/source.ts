/** Where training and validation examples come from: a problem's generators, or the rows of files. */
import {
  type DataProblem,
  type Example,
  isValidationRow,
  type Row,
  sampleExample,
} from "../../problems/dataset.ts";
import { option, RunError, say } from "../../errors.ts";
import { lengthOf } from "../../model/batch.ts";
import { lengthsOf, longestOf } from "../../model/lengths.ts";
import type { Configuration } from "../../model/configuration.ts";
import { pause } from "../../async/pause.ts";
import type { Problem } from "../../problems/problem.ts";
import { Random } from "../../random.ts";

/** Validation examples of one suite. */
export interface ExampleGroup {
  /** The suite; `data` for rows of a file. */
  readonly suite: string;
  /** The examples, all of one size. */
  readonly examples: readonly Example[];
}

/** Examples by size. Each follows from the seed and the arguments alone: a source has no state that changes. */
export interface ExampleSource {
  /** The problem that the examples belong to. */
  readonly problem: DataProblem;
  /** The sizes that training can take, ascending. */
  readonly sizes: readonly number[];
  /** The example at a place in the batch of a training step. */
  training(seed: number, step: number, place: number, size: number): Example;
  /** Up to `perSuite` examples of each suite. Where there is a generator, another seed gives other examples. */
  validation(seed: number, size: number, perSuite: number): ExampleGroup[];
  /** How many examples `validation` returns. */
  validationCount(size: number, perSuite: number): number;
  /** The sizes at which to validate, ascending: the largest trained, and beyond where there is a generator. */
  readonly validationSizes: readonly number[];
  /** All sizes that there are validation examples of, ascending, where these are rows of a file; else `validationSizes`. */
  readonly heldOutSizes: readonly number[];
  /**
   * The size of the last round of confirmation: twice the longest validated one, where that is longer than those
   * trained.
   */
  readonly confirmationSize: number;
  /** The length of the longest examples of a size; of a generator, as far as draws show. */
  lengthOf(size: number): number;
}

/** Examples of a problem's generators. */
export function generatedSource(
  problem: Problem,
  settings: Pick<Configuration, "max_size" | "carry_share" | "examples_per_size" | "validate_max_multiple">,
): ExampleSource {
  const { max_size, carry_share, examples_per_size, validate_max_multiple } = settings;
  const stress = Object.hasOwn(problem.suites, "carry") ? carry_share : 0;
  const multiples = [...[1, 2, 5].filter((times) => times < validate_max_multiple), validate_max_multiple];
  const lengths = new Map<number, number>();
  const validationSizes = multiples.map((times) => times * max_size);
  return {
    problem,
    sizes: Array.from({ length: max_size }, (_, i) => i + 1),
    training(seed, step, place, size) {
      const fresh = new Random(seed, "training", step, place);
      // With a fixed set a draw picks one of its examples. Each follows from the seed, its size and its number.
      const random = examples_per_size === 0
        ? fresh
        : new Random(seed, "training set", size, fresh.integer(examples_per_size));
      return sampleExample(problem, random.uniform() < stress ? "carry" : "random", size, random);
    },
    validation: (seed, size, perSuite) =>
      Object.keys(problem.suites).map((suite, s) => ({
        suite,
        examples: Array.from(
          { length: perSuite },
          (_, i) => sampleExample(problem, suite, size, new Random(seed, "validation", size, s, i)),
        ),
      })),
    validationCount: (_size, perSuite) => perSuite * Object.keys(problem.suites).length,
    validationSizes,
    heldOutSizes: validationSizes,
    confirmationSize: (validate_max_multiple === 1 ? 1 : 2 * validate_max_multiple) * max_size,
    lengthOf(size) {
      const length = lengths.get(size) ?? longestOf(lengthsOf(problem, Object.keys(problem.suites), size, 0));
      lengths.set(size, length); // the bins of every step ask for all sizes
      return length;
    },
  };
}

/**
 * Examples of files. Where no rows are given for validation, one row in ten is kept for it. Throws the signal's reason
 * once it is aborted, because a million rows take a while.
 */
export async function dataSource(
  problem: DataProblem,
  rows: readonly Row[],
  validationRows: readonly Row[] | undefined,
  max_size: number,
  signal?: AbortSignal,
): Promise<ExampleSource> {
  const bySize = new Map<number, Row[]>();
  const keptBySize = new Map<number, Row[]>();
  const lengths = new Map<number, number>();
  for (const row of rows) {
    await pause(signal);
    if (row.size > max_size) continue;
    if (validationRows === undefined && isValidationRow(row)) {
      addTo(keptBySize, row);
    } else {
      addTo(bySize, row);
      lengths.set(row.size, Math.max(lengths.get(row.size) ?? 0, lengthOf(row)));
    }
  }
  for (const row of validationRows ?? []) {
    await pause(signal);
    addTo(keptBySize, row);
  }
  if (bySize.size === 0) {
    throw new RunError(`Cannot train on the data: no row of size ${max_size} or less is left`, {
      code: "missing",
      subject: "data",
    });
  }
  if (keptBySize.size === 0) {
    const expected = say`more rows or ${option("validation")}`;
    throw new RunError(say`Cannot train on the data: no row is left for validation, expected ${expected}`, {
      code: "missing",
      subject: "data",
      expected,
    });
  }
  const sizes = [...bySize.keys()].sort((a, b) => a - b);
  const largest = sizes[sizes.length - 1]!;
  const heldOutLength = (size: number) =>
    keptBySize.get(size)!.reduce((most, row) => Math.max(most, lengthOf(row)), 0);
  const heldOutSizes = [...keptBySize.keys()].sort((a, b) => a - b);
  // Mastery is measured at the largest size trained; larger ones, where there are any, choose the model.
  const atLeastLargest = heldOutSizes.filter((size) => size >= largest);
  return {
    problem,
    sizes,
    training(seed, step, place, size) {
      return new Random(seed, "training", step, place).pick(bySize.get(size)!);
    },
    // A generator has two suites, so as many rows are taken as both have.
    validation: (_seed, size, perSuite) => [
      { suite: "data", examples: keptBySize.get(size)!.slice(0, 2 * perSuite) },
    ],
    validationCount: (size, perSuite) => Math.min(2 * perSuite, keptBySize.get(size)!.length),
    validationSizes: atLeastLargest.length > 0 ? atLeastLargest : heldOutSizes.slice(-1),
    heldOutSizes,
    confirmationSize: heldOutSizes[heldOutSizes.length - 1]!,
    lengthOf: (size) => lengths.get(size) ?? heldOutLength(size),
  };
}

function addTo(bySize: Map<number, Row[]>, row: Row): void {
  const rows = bySize.get(row.size);
  if (rows === undefined) bySize.set(row.size, [row]);
  else rows.push(row);
}
