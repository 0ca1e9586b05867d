/** The list of all problems. */
import { csvLine } from "../io/csv.ts";
import type { Problem } from "./problem.ts";
import { problems } from "./table.ts";

/** What the list tells of a problem. */
export interface ListedProblem {
  readonly name: string;
  /** The group to which it belongs. */
  readonly family: string;
  /** Its alphabet. */
  readonly symbols: string;
  /** What a size counts. */
  readonly size: string;
  /** What is computed. */
  readonly description: string;
  /** The paper or the code that it comes from. */
  readonly source: string;
  /** An example, and its right answer. */
  readonly input: string;
  readonly target: string;
}

/** What is told of a problem. */
function listed({ name, symbols, title, answer, about }: Problem): ListedProblem[] {
  if (about === undefined) return [];
  const { family, size, source, example: input } = about;
  return [{ name, family, symbols, size, description: title, source, input, target: answer(input) }];
}

/** All problems of the toolkit, in the order of its table. */
export function problemList(): ListedProblem[] {
  return Object.values(problems).flatMap(listed);
}

/** The list as CSV, or as JSON. */
export function formatList(rows: readonly ListedProblem[], json: boolean): string {
  if (json) return JSON.stringify(rows, undefined, 2) + "\n";
  return [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].map(csvLine).join("");
}
