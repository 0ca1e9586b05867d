/** The kinds of what the library's functions are given: models, problems, rows, and how to compute. */
import { BACKENDS } from "./backend.ts";
import {
  FUNCTION,
  type Kind,
  listOf,
  NUMBER,
  OBJECT,
  objectWith,
  oneOf,
  TEXT,
  wholeFrom,
} from "./options.ts";
import { MOST_WORKERS } from "./workers/pool.ts";

/** A seed. */
export const SEED: Kind = wholeFrom(0);

/** A backend by name, or `auto`. */
export const BACKEND: Kind = oneOf(BACKENDS);

const count = wholeFrom(1, MOST_WORKERS);

/** A number of threads, or `auto`. */
export const WORKERS: Kind = {
  words: `auto or ${count.words}`,
  is: (value) => value === "auto" || count.is(value),
};

/** What a dataset tells of its problem. */
export const DATA_PROBLEM: Kind = objectWith("a problem with name, symbols and maxSize", {
  name: TEXT,
  symbols: TEXT,
  maxSize: NUMBER,
});

/** A problem. */
export const PROBLEM: Kind = objectWith("a problem, such as problems.copy or what defineProblem yields", {
  name: TEXT,
  symbols: TEXT,
  maxSize: NUMBER,
  suites: OBJECT,
  answer: FUNCTION,
});

/** A trained model. */
export const MODEL: Kind = objectWith("a model, as loadModel and train yield it", {
  problem: objectWith("what it learned", { name: TEXT, symbols: TEXT }),
  configuration: OBJECT,
  sets: wholeFrom(1),
  parameters: { words: "a vector", is: (value) => value instanceof Float32Array },
});

/** Rows of a dataset. */
export const ROWS: Kind = listOf(
  objectWith("a row", { problem: TEXT, size: wholeFrom(1), input: TEXT, target: TEXT }),
  "rows with problem, size, input and target",
);

/** Sizes. */
export const SIZES: Kind = listOf(wholeFrom(1), "whole numbers of at least 1");
