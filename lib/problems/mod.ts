/** The algorithms to learn. */
export { type Arithmetic, defineProblem, type Problem } from "./problem.ts";
export { loadProblem } from "./load.ts";
export { findProblem, problems } from "./table.ts";
