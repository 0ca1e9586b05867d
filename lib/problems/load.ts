import { pathToFileURL } from "node:url";
import { messageOf, RunError, UsageError } from "../errors.ts";
import { Random } from "../random.ts";
import { defineProblem, type Problem } from "./problem.ts";
import { findProblem, problems } from "./table.ts";

/**
 * The problem of that name, or else the default export of the module at that path (from the current directory) or URL:
 * `badd`, `./mine.ts`, `https://example.com/mine.ts`.
 */
export async function loadProblem(nameOrPath: string): Promise<Problem> {
  const known = findProblem(nameOrPath);
  if (known) return known;
  // Names have none of these characters, paths and URLs of modules have one at least.
  if (!/[./\\:]/.test(nameOrPath)) {
    throw new UsageError(
      `Cannot use --problem ${JSON.stringify(nameOrPath)}: expected ${Object.keys(problems).join(", ")} ` +
        "or the path of a module such as ./mine.ts",
    );
  }
  const fail = (reason: string): never => {
    throw new RunError(`Cannot load problem ${nameOrPath}: ${reason}`);
  };
  // A drive letter is no scheme.
  const isUrl = /^[A-Za-z][A-Za-z0-9+.-]+:/.test(nameOrPath);
  const exported: Record<string, unknown> = await import(isUrl ? nameOrPath : pathToFileURL(nameOrPath).href)
    .catch((error) => fail(firstLine(error)));
  const problem = exported.default;
  if (problem === undefined) fail("it has no default export, expected `export default defineProblem(…)`");
  const wrong = wrongShape(problem);
  if (wrong) fail(wrong);
  try {
    defineProblem(problem as Problem);
    tryOut(problem as Problem);
  } catch (error) {
    fail(firstLine(error));
  }
  return problem as Problem;
}

function firstLine(thrown: unknown): string {
  return (messageOf(thrown).split("\n")[0] ?? "").replace(/\.$/, "");
}

/** What is wrong with the types of the fields: the module may be JavaScript, and Deno runs TypeScript unchecked. */
function wrongShape(problem: unknown): string | undefined {
  if (typeof problem !== "object" || problem === null) {
    return `its default export is ${problem === null ? "null" : typeof problem}, expected a problem`;
  }
  const { suites, arithmetic, ...fields } = problem as Record<string, unknown>;
  const types = { name: "string", title: "string", symbols: "string", maxSize: "number", answer: "function" };
  for (const [field, type] of Object.entries(types)) {
    const actual: string = typeof fields[field];
    if (actual !== type) return `its ${field} is ${actual}, expected ${type}`;
  }
  if (typeof suites !== "object" || suites === null) return "it has no suites, expected functions by name";
  for (const [suite, draw] of Object.entries(suites)) {
    if (typeof draw !== "function") return `its suite ${suite} is ${typeof draw}, expected function`;
  }
  if (arithmetic === undefined) return;
  const { operator, radix } = Object(arithmetic) as Record<string, unknown>;
  if (operator !== "+" && operator !== "*") return "its arithmetic has no operator, expected + or *";
  if (!Number.isInteger(radix) || Number(radix) < 2 || Number(radix) > 10) {
    return "its arithmetic has no radix, expected a whole number from 2 to 10";
  }
}

/** Draws a few examples: what they break would otherwise come up in the midst of a training. */
function tryOut(problem: Problem): void {
  const check = (what: string, text: unknown, length?: number): number => {
    if (typeof text !== "string" || text === "") throw new TypeError(`${what} is empty or not a string`);
    const alien = [...text].find((symbol) => !problem.symbols.includes(symbol));
    if (alien !== undefined) {
      throw new TypeError(`${what} has ${JSON.stringify(alien)}, expected one of ${problem.symbols}`);
    }
    if (length !== undefined && text.length !== length) {
      throw new TypeError(
        `${what} has ${text.length} symbols and another has ${length}, expected equally many`,
      );
    }
    return text.length;
  };
  for (const size of [1, 2, 5]) {
    let inputLength: number | undefined;
    let targetLength: number | undefined;
    for (const [suite, draw] of Object.entries(problem.suites)) {
      for (let i = 0; i < 20; i++) {
        const input = draw(size, new Random(0, "try", size, i));
        inputLength = check(`an input of size ${size} of suite ${suite}`, input, inputLength);
        const target = problem.answer(input);
        targetLength = check(`the answer to ${JSON.stringify(input)}`, target, targetLength);
      }
    }
  }
}
