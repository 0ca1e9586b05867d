import { messageOf, shown, UsageError } from "../errors.ts";
import { checkOptions, FUNCTION } from "../checks/options.ts";
import { Random } from "../random.ts";
import {
  ARITHMETIC_PARTS,
  complaintAboutAlphabet,
  complaintAboutName,
  complaintAboutText,
  type Problem,
  PROBLEM_PARTS,
} from "./problem.ts";

/**
 * Checks the definition of a problem of one's own, of which it draws a few examples, and returns it. Functions take it
 * wherever they take one of {@linkcode problems}; the command line takes a module whose default export it is:
 * `--problem ./majority.ts`.
 *
 * @param problem The definition.
 * @returns The same object.
 * @throws {UsageError} If a part of the definition is missing or wrong, or an example is none.
 *
 * @example Usage
 * ```ts
 * import { defineProblem, generate } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const majority = defineProblem({
 *   name: "majority",
 *   title: "Whether most bits are ones",
 *   symbols: "01",
 *   maxSize: 20,
 *   suites: {
 *     random: (size, random) => Array.from({ length: size }, () => random.integer(2)).join(""),
 *     ones: (size) => "1".repeat(size),
 *   },
 *   answer: (input) => input.replaceAll("0", "").length > input.length / 2 ? "1" : "0",
 * });
 * const [row] = generate({ problem: majority, suite: "ones", sizes: [3], count: 1, seed: 1 });
 * assertEquals(row, { problem: "majority", size: 3, input: "111", target: "1" });
 * ```
 */
export function defineProblem(problem: Problem): Problem {
  checkProblem(problem);
  tryOut(problem);
  return problem;
}

/** Checks the parts of a problem, without a call of its functions. */
export function checkProblem(problem: Problem): void {
  checkOptions("define a problem", problem, PROBLEM_PARTS);
  if (problem.arithmetic !== undefined) {
    checkOptions("define a problem", problem.arithmetic, ARITHMETIC_PARTS);
  }
  const fail = (reason: string) => {
    throw wrongProblem(problem, reason);
  };
  const complaint = complaintAboutName(problem.name) ?? complaintAboutAlphabet(problem.symbols);
  if (complaint) fail(complaint);
  if (!Number.isInteger(problem.maxSize) || problem.maxSize < 1) {
    fail("maxSize must be a whole number of at least 1");
  }
  for (const [suite, draw] of Object.entries(problem.suites)) {
    if (!FUNCTION.is(draw)) fail(`its suite ${suite} must be a function`);
  }
  if (Object.keys(problem.suites)[0] !== "random") fail("its first suite must be `random`");
}

/** The sizes and the draws from each suite of the examples that a definition is tried with. */
const [TRIED_SIZES, TRIED_DRAWS] = [[1, 2, 5], 20];

/** Draws a few examples, so that what is wrong is found now and not in the middle of a training. */
function tryOut(problem: Problem): void {
  const check = (what: string, size: number, yields: () => unknown): string => {
    const text = valueOf(problem, what, yields);
    // The promise is one of an async function, which is refused because it returns no string.
    if (text instanceof Promise) text.catch(() => {});
    const complaint = complaintAboutText(text, problem.symbols, size);
    if (complaint !== undefined) throw wrongProblem(problem, `${what} ${complaint}`);
    return text as string;
  };
  for (const size of TRIED_SIZES) {
    for (const [suite, draw] of Object.entries(problem.suites)) {
      for (let i = 0; i < TRIED_DRAWS; i++) {
        const random = new Random(0, "try", size, i);
        const input = check(`an input of size ${size} of suite ${suite}`, size, () => draw(size, random));
        check(`the answer to ${shown(input)} of size ${size}`, size, () => problem.answer(input));
      }
    }
  }
}

/** What a function of a problem yields; what it throws is told with what was asked of it. */
function valueOf(problem: Problem, what: string, yields: () => unknown): unknown {
  try {
    return yields();
  } catch (thrown) {
    throw wrongProblem(problem, `${what} failed, ${messageOf(thrown).split("\n")[0]}`);
  }
}

function wrongProblem({ name }: Problem, reason: string): UsageError {
  return new UsageError(`Cannot define problem ${shown(name)}: ${reason}`, {
    code: "wrong_problem",
    subject: String(name),
  });
}
