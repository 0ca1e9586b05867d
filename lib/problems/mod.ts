/** The algorithms to learn. */
export { defineProblem } from "./define.ts";
export type { Arithmetic, Problem } from "./problem.ts";
export { loadProblem } from "./load.ts";
export { findProblem, type ProblemName, problems } from "./table.ts";
