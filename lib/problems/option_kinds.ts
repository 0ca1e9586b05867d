/** The kinds of options that say what to learn: problems, rows, sizes, seeds. */
import { type Kind, listOf, objectOf, refined, TEXT, wholeFrom } from "../checks/options.ts";
import { checkProblem } from "./define.ts";
import { complaintAboutAlphabet, complaintAboutName, type Problem, PROBLEM_PARTS } from "./problem.ts";

/** A seed. */
export const SEED: Kind = wholeFrom(0);

/** A problem. */
export const PROBLEM: Kind = refined(
  objectOf("a problem, such as problems.copy or what defineProblem yields", PROBLEM_PARTS),
  (_action, problem) => checkProblem(problem as Problem),
);

/** The parts of a problem that a dataset has; a whole problem is one too. */
export const DATA_PROBLEM: Kind = objectOf("a problem with name, symbols and maxSize", {
  name: { ...TEXT, is: (value) => TEXT.is(value) && complaintAboutName(String(value)) === undefined },
  symbols: { ...TEXT, is: (value) => TEXT.is(value) && complaintAboutAlphabet(String(value)) === undefined },
  maxSize: wholeFrom(1),
}, Object.keys(PROBLEM_PARTS));

const SYMBOLS: Kind = { words: "symbols", is: (value) => TEXT.is(value) && value !== "" };

/** Rows of a dataset. */
export const ROWS: Kind = listOf(
  objectOf("a row", { problem: TEXT, size: wholeFrom(1), input: SYMBOLS, target: SYMBOLS }),
  "rows with problem, size, input and target",
);

/** Sizes. */
export const SIZES: Kind = listOf(wholeFrom(1), "whole numbers of at least 1");
