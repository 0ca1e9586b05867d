/** The algorithms to learn. */
export { type Arithmetic, defineProblem, type Problem } from "./problem.ts";
export { loadProblem } from "./load.ts";
export { findProblem, type ProblemName, problems } from "./table.ts";
