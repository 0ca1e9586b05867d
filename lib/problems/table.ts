import { add } from "./add.ts";
import { badd } from "./badd.ts";
import { bmul } from "./bmul.ts";
import { copy } from "./copy.ts";
import { duplicate } from "./duplicate.ts";
import { mul } from "./mul.ts";
import type { Problem } from "./problem.ts";
import { reverse } from "./reverse.ts";
import { sort } from "./sort.ts";

/** Every problem that the toolkit knows, by name. */
export const problems: Readonly<Record<string, Problem>> = {
  badd,
  bmul,
  add,
  mul,
  copy,
  reverse,
  duplicate,
  sort,
};

/** The problem of that name, where the toolkit knows one. */
export function findProblem(name: string): Problem | undefined {
  return Object.hasOwn(problems, name) ? problems[name] : undefined;
}
