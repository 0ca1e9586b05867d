import { add } from "./add.ts";
import { badd } from "./badd.ts";
import { bmul } from "./bmul.ts";
import { copy } from "./copy.ts";
import { duplicate } from "./duplicate.ts";
import { mul } from "./mul.ts";
import type { Problem } from "./problem.ts";
import { reverse } from "./reverse.ts";
import { sort } from "./sort.ts";

/** The name of a problem of {@linkcode problems}. */
export type ProblemName = "badd" | "bmul" | "add" | "mul" | "copy" | "reverse" | "duplicate" | "sort";

/**
 * The problems that the toolkit knows, by name: binary and decimal addition (`badd`, `add`), binary and decimal
 * multiplication (`bmul`, `mul`), and `copy`, `reverse`, `duplicate` and `sort` of binary symbols.
 *
 * @example Usage
 * ```ts
 * import { problems } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(problems.badd.answer("1010+0111"), "11001"); // 5 + 14 = 19, least significant digit first
 * assertEquals(problems.reverse.answer("0111"), "1110");
 * ```
 */
export const problems: Readonly<Record<string, Problem>> & Readonly<Record<ProblemName, Problem>> = {
  badd,
  bmul,
  add,
  mul,
  copy,
  reverse,
  duplicate,
  sort,
};

/** The toolkit's problem of that name; undefined where there is none. */
export function findProblem(name: string): Problem | undefined {
  return Object.hasOwn(problems, name) ? problems[name] : undefined;
}
