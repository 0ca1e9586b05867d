/** What an automaton is tried on: the checks that its file tells of, and a search for what it gets wrong. */
import { RunError } from "../errors.ts";
import { type Example, sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import { allExamples, countInputs } from "./inputs.ts";
import { exhaustibleSize } from "./test_inputs.ts";

/** Inputs of a size beyond which they are not listed. */
export const MOST_INPUTS = 2 ** 22;

/** The largest size of which all inputs may be listed. */
export const LARGEST_LISTED = 30;
/** Inputs of a size that are listed without being asked for. */
const LISTED = 2 ** 16;

/** Inputs that a search lists, and its most examples and squares of sizes at a size and suite. */
const SEARCH = { all: 2 ** 13, examples: 1000, work: 2 ** 24 } as const;

/** Examples to try. */
export interface Trial {
  /** The suite; `all` for all inputs of a size. */
  readonly suite: string;
  /** The size. */
  readonly size: number;
  /** Number of examples. */
  readonly count: number;
  /** The examples, which are made as they are needed. */
  readonly examples: Iterable<Example>;
}

/** What an automaton is to be checked on. */
export interface CheckOptions {
  /** The problem, which knows the answers. */
  readonly problem: Problem;
  /** The largest size of which all inputs are tried. */
  readonly exhaustive: number;
  /** Sizes at which examples of all suites are tried. */
  readonly sizes: readonly number[];
  /** Number of examples of each of these sizes and suites. */
  readonly examples: number;
  /** Selects the examples. */
  readonly seed: number;
}

/** The largest size of which all inputs are tried unless another is asked for: at least 1. */
export function listableSize(problem: Problem): number {
  let size = 1;
  while (size < LARGEST_LISTED && countInputs(problem, size + 1) <= LISTED) size++;
  return size;
}

/** The checks, easy inputs first. */
export function* checksOf({ problem, exhaustive, sizes, examples, seed }: CheckOptions): Generator<Trial> {
  for (let size = 1; size <= exhaustive; size++) {
    const count = countInputs(problem, size);
    if (count > MOST_INPUTS) {
      throw new RunError(`Cannot try all ${count} inputs of size ${size}: expected at most ${MOST_INPUTS}`, {
        code: "too_large",
        subject: "exhaustive",
      });
    }
    yield { suite: "all", size, count, examples: allExamples(problem, size) };
  }
  for (const size of sizes) yield* suitesAt(problem, size, examples, seed, "automaton check");
}

/** The trials of a search: all inputs of small sizes, then fewer and fewer examples at sizes that double from `least` on. */
export function* searchOf(
  { problem, sizes, seed }: CheckOptions,
  least: number,
): Generator<Trial> {
  for (let size = 1; size <= exhaustibleSize(problem, SEARCH.all); size++) {
    yield { suite: "all", size, count: countInputs(problem, size), examples: allExamples(problem, size) };
  }
  for (let size = least; size <= Math.max(...sizes); size *= 2) {
    const count = Math.min(SEARCH.examples, Math.ceil(SEARCH.work / size ** 2));
    yield* suitesAt(problem, size, count, seed, "automaton search");
  }
}

function* suitesAt(problem: Problem, size: number, count: number, seed: number, purpose: string) {
  for (const suite of Object.keys(problem.suites)) {
    yield { suite, size, count, examples: drawn(problem, suite, size, count, seed, purpose) };
  }
}

function* drawn(
  problem: Problem,
  suite: string,
  size: number,
  count: number,
  seed: number,
  purpose: string,
): Generator<Example> {
  for (let i = 0; i < count; i++) {
    yield sampleExample(problem, suite, size, new Random(seed, `${purpose} ${suite}`, size, i));
  }
}
