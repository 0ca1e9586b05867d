import { messageOf, RunError, wrongValue } from "../errors.ts";
import { defaultExport, isModule, PATIENCE } from "../io/load_module.ts";
import { defineProblem } from "./define.ts";
import { type Arithmetic, OPERATORS, type Problem } from "./problem.ts";
import { expectedName, findProblem } from "./table.ts";

/**
 * The problem of that name, or else the default export of the module at that path (from the current directory) or URL:
 * `badd`, `./mine.ts`, `https://example.com/mine.ts`. A module gets `patience` seconds.
 */
export async function loadProblem(nameOrPath: string, patience: number = PATIENCE): Promise<Problem> {
  const known = findProblem(nameOrPath);
  if (known) return known;
  if (!isModule(nameOrPath)) {
    const expected = `${expectedName(nameOrPath)}, or the path of a module such as ./mine.ts`;
    throw wrongValue("problem", JSON.stringify(nameOrPath), expected);
  }
  try {
    return defineProblem(snapshot(await defaultExport(nameOrPath, patience)));
  } catch (thrown) {
    const reason = (messageOf(thrown).split("\n")[0] ?? "").replace(/\.$/, "");
    throw new RunError(`Cannot load problem ${nameOrPath}: ${reason}`, {
      code: "wrong_problem",
      subject: nameOrPath,
    });
  }
}

/**
 * The default export of a module, checked: it may be JavaScript, and Deno runs TypeScript without checking types. Each
 * field is read once and kept, because a getter may throw or return something else later.
 */
function snapshot(exported: unknown): Problem {
  if (exported === undefined) {
    throw new TypeError("it has no default export, expected `export default defineProblem(…)`");
  }
  if (typeof exported !== "object" || exported === null) {
    const found = exported === null ? "null" : typeof exported;
    throw new TypeError(`its default export is ${found}, expected a problem`);
  }
  const { name, title, symbols, maxSize, answer, suites, arithmetic, notation, about } = exported as Problem;
  checkType("name", name, "string");
  checkType("title", title, "string");
  checkType("symbols", symbols, "string");
  checkType("maxSize", maxSize, "number");
  checkType("answer", answer, "function");
  if (typeof suites !== "object" || suites === null) {
    throw new TypeError("it has no suites, expected functions by name");
  }
  const kept = Object.freeze({ ...suites });
  for (const [suite, draw] of Object.entries(kept)) checkType(`suite ${suite}`, draw, "function");
  return Object.freeze({
    ...{ name, title, symbols, maxSize, suites: kept },
    answer: answer.bind(exported),
    ...(arithmetic !== undefined && { arithmetic: arithmeticOf(arithmetic) }),
    ...(notation !== undefined && { notation: Object.freeze({ ...notation }) }),
    ...(about !== undefined && { about: Object.freeze({ ...about }) }),
  });
}

function checkType(what: string, value: unknown, type: "string" | "number" | "function"): void {
  const actual = typeof value;
  if (actual !== type) throw new TypeError(`its ${what} is ${actual}, expected ${type}`);
}

function arithmeticOf(arithmetic: unknown): Arithmetic {
  const { operator, radix } = Object(arithmetic) as Record<string, unknown>;
  if (typeof operator !== "string" || !OPERATORS.includes(operator)) {
    throw new TypeError(`its arithmetic has no operator, expected ${OPERATORS.join(" or ")}`);
  }
  if (!Number.isInteger(radix) || Number(radix) < 2 || Number(radix) > 10) {
    throw new TypeError("its arithmetic has no radix, expected a whole number from 2 to 10");
  }
  return Object.freeze({ operator, radix: Number(radix) });
}
