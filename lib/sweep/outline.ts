import { receivedError, RunError, type SentError, shown } from "../errors.ts";
import { isObject, parseObject } from "../checks/is_object.ts";
import type { Problem } from "../problems/problem.ts";
import { findProblem } from "../problems/table.ts";
import { DESCRIBE } from "./describe.ts";
import { childPermissions } from "./permissions.ts";
import { kill, release, spawnDeno, tailOf } from "./spawn.ts";

/** The parts of a problem that a plan needs. */
export interface ProblemOutline extends Pick<Problem, "name" | "maxSize"> {
  /** The names of its suites. */
  readonly suites: readonly string[];
}

/** The most seconds that the module of a problem may take to load. */
const LIMIT = 60;

/**
 * The outline of the problem of that name, or of the one that the module at that path or URL defines. The module is
 * loaded in a child process, because this one has permission to run programs, which no code but the toolkit's own may
 * use.
 */
export async function outlineOf(nameOrPath: string, limit: number = LIMIT): Promise<ProblemOutline> {
  const known = findProblem(nameOrPath);
  if (known) return { name: known.name, maxSize: known.maxSize, suites: Object.keys(known.suites) };
  const fail = (reason: string) =>
    new RunError(`Cannot load problem ${nameOrPath}: ${reason}`, {
      code: "wrong_problem",
      subject: nameOrPath,
    });
  const { code, late, line } = await ask(nameOrPath, limit);
  if (late) throw fail(`its module was not loaded within ${limit} s`);
  if (code !== 0) throw fail(`its module ended the process, with exit status ${code}`);
  const { error, name, maxSize, suites } = parseObject(line) ?? {};
  if (isSentError(error)) throw receivedError(error);
  if (
    typeof name !== "string" || !Number.isSafeInteger(maxSize) ||
    !Array.isArray(suites) || !suites.every((suite) => typeof suite === "string")
  ) {
    throw fail(`its module made the process say ${shown(line)}`);
  }
  return { name, maxSize: maxSize as number, suites };
}

/** Starts a child that describes a problem. Its answer is the last line that it writes. */
async function ask(
  nameOrPath: string,
  limit: number,
): Promise<{ code: number; late: boolean; line: string }> {
  const permissions = childPermissions(nameOrPath);
  const child = spawnDeno(["run", "--quiet", ...permissions, ...DESCRIBE, nameOrPath], {
    stdout: "piped",
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill(child);
  }, limit * 1000);
  try {
    const output = await tailOf(child.stdout);
    return { code: (await child.status).code, late, line: output.trimEnd().split("\n").at(-1)! };
  } finally {
    clearTimeout(timer);
    await release(child);
  }
}

/** Whether this is an error that the child sent. The line may be one that the problem's module wrote. */
function isSentError(error: unknown): error is SentError {
  if (!isObject(error) || typeof error.code !== "string") return false;
  const isPart = (part: unknown) =>
    typeof part === "string" || isObject(part) && typeof part.option === "string";
  return [error.sentence].flat().every(isPart);
}
