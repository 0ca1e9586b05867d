/** The kinds of what the library's functions are given: models, problems, rows, and how to compute. */
import { BACKENDS } from "../engine/backend.ts";
import { checkModel } from "../model/check_model.ts";
import type { Model } from "../model/model.ts";
import {
  type Kind,
  listOf,
  OBJECT,
  objectOf,
  objectWith,
  oneOf,
  optional,
  TEXT,
  wholeFrom,
} from "../checks/options.ts";
import {
  ARITHMETIC_PARTS,
  complaintAboutAlphabet,
  complaintAboutName,
  defineProblem,
  type Problem,
  PROBLEM_PARTS,
} from "../problems/problem.ts";
import { MOST_WORKERS } from "../engine/workers/pool.ts";

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

/** A problem. */
export const PROBLEM: Kind = refined(
  objectOf("a problem, such as problems.copy or what defineProblem yields", PROBLEM_PARTS),
  (_action, problem) => defineProblem(problem as Problem),
);

/** What a dataset tells of its problem, which may be a whole one. */
export const DATA_PROBLEM: Kind = objectOf("a problem with name, symbols and maxSize", {
  name: { ...TEXT, is: (value) => TEXT.is(value) && complaintAboutName(String(value)) === undefined },
  symbols: { ...TEXT, is: (value) => TEXT.is(value) && complaintAboutAlphabet(String(value)) === undefined },
  maxSize: wholeFrom(1),
}, Object.keys(PROBLEM_PARTS));

/** A trained model. */
export const MODEL: Kind = refined(
  objectWith("a model, as loadModel and train yield it", {
    problem: objectWith("what it learned", {
      name: TEXT,
      symbols: TEXT,
      arithmetic: optional(objectWith("a notation", ARITHMETIC_PARTS)),
    }),
    configuration: OBJECT,
    sets: wholeFrom(1),
    parameters: { words: "a vector", is: (value) => value instanceof Float32Array },
  }),
  (action, model) => checkModel(action, model as Model),
);

const SYMBOLS: Kind = { words: "symbols", is: (value) => TEXT.is(value) && value !== "" };

/** Rows of a dataset. */
export const ROWS: Kind = listOf(
  objectOf("a row", { problem: TEXT, size: wholeFrom(1), input: SYMBOLS, target: SYMBOLS }),
  "rows with problem, size, input and target",
);

/** Sizes. */
export const SIZES: Kind = listOf(wholeFrom(1), "whole numbers of at least 1");

/** The kind with one more check within. */
function refined(kind: Kind, check: (action: string, value: unknown) => void): Kind {
  return {
    ...kind,
    checkWithin: (action, value) => {
      kind.checkWithin?.(action, value);
      check(action, value);
    },
  };
}
