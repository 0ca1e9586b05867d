/** The algorithms to learn. */
export { defineProblem } from "./define.ts";
export type { Expression } from "./fold.ts";
export type { About, Arithmetic, Notation, Problem } from "./problem.ts";
export { loadProblem } from "./load.ts";
export { findProblem, FIRST_NAMES, type ProblemName, problems } from "./table.ts";
