/** The algorithms to learn. */
export { defineProblem } from "./define.ts";
export type { About, Arithmetic, Problem } from "./problem.ts";
export { loadProblem } from "./load.ts";
export { findProblem, FIRST_NAMES, type ProblemName, problems } from "./table.ts";
