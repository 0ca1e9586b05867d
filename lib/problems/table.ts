import { add } from "./add.ts";
import { badd } from "./badd.ts";
import { bmul } from "./bmul.ts";
import { copy } from "./copy.ts";
import { duplicate } from "./duplicate.ts";
import { mul } from "./mul.ts";
import { nearest } from "../checks/nearest.ts";
import type { Problem } from "./problem.ts";
import { reverse } from "./reverse.ts";
import { sort } from "./sort.ts";
import { variantNamed, zoo } from "./zoo/mod.ts";

/** The name of a problem of {@linkcode problems} that is always there. */
export type ProblemName = "badd" | "bmul" | "add" | "mul" | "copy" | "reverse" | "duplicate" | "sort";

/** The problems that models are shipped of, or were first. */
const FIRST: Readonly<Record<ProblemName, Problem>> = {
  badd,
  bmul,
  add,
  mul,
  copy,
  reverse,
  duplicate,
  sort,
};

/** The names of these. */
export const FIRST_NAMES = Object.keys(FIRST) as ProblemName[];

/**
 * The problems that the toolkit knows, by name. First come binary and decimal addition (`badd`, `add`), binary and
 * decimal multiplication (`bmul`, `mul`), and `copy`, `reverse`, `duplicate` and `sort` of binary symbols; then those of
 * the field, which `generate --list` prints and docs/problems.md shows.
 *
 * @example Usage
 * ```ts
 * import { problems } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(problems.badd.answer("1010+0111"), "11001"); // 5 + 14 = 19, least significant digit first
 * assertEquals(problems["bucket-sort"]?.answer("10204112"), "00111224");
 * ```
 */
export const problems: Readonly<Record<string, Problem>> & Readonly<Record<ProblemName, Problem>> = {
  ...FIRST,
  ...Object.fromEntries(
    zoo.filter(({ name }) => !Object.hasOwn(FIRST, name)).map((problem) => [problem.name, problem]),
  ),
};

/** The toolkit's problem of that name, such as `badd` or `sort-7`; undefined where there is none. */
export function findProblem(name: string): Problem | undefined {
  if (Object.hasOwn(problems, name)) return problems[name];
  const variant = variantNamed(name);
  return typeof variant === "object" ? variant : undefined;
}

/** Whether the toolkit's problem of that name is one of the zoo. */
export function isInZoo(name: string): boolean {
  return !Object.hasOwn(FIRST, name) && findProblem(name) !== undefined;
}

/** What is expected where a name is that of no problem, in words. */
export function expectedName(name: string): string {
  const variant = variantNamed(name);
  if (typeof variant === "string") return variant;
  const near = nearest(name, Object.keys(problems));
  const known = `a name that generate --list prints, such as ${FIRST_NAMES.join(", ")}`;
  return near === undefined ? known : `${known} (did you mean ${near})`;
}
