import { receivedError, RunError, type SentError, shown } from "../errors.ts";
import { isObject, parseObject } from "../checks/is_object.ts";
import type { Cell } from "../cells/cell.ts";
import { complaintAboutCell } from "../cells/table.ts";
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
  const { answer: { name, maxSize, suites }, refuse } = await described("problem", nameOrPath, limit);
  if (
    typeof name !== "string" || !Number.isSafeInteger(maxSize) ||
    !Array.isArray(suites) || !suites.every((suite) => typeof suite === "string")
  ) {
    throw refuse();
  }
  return { name, maxSize: maxSize as number, suites };
}

/** The cell that the module at that path or URL defines, which is loaded in a child process, too. */
export async function cellOfModule(path: string, limit: number = LIMIT): Promise<Cell> {
  const { answer: { cell }, refuse } = await described("cell", path, limit);
  if (complaintAboutCell(cell) !== undefined) throw refuse();
  return cell as Cell;
}

/** What a child says of a module, and the error where that is not what was expected. */
async function described(kind: "problem" | "cell", path: string, limit: number) {
  const fail = (reason: string) =>
    new RunError(`Cannot load ${kind} ${path}: ${reason}`, { code: `wrong_${kind}`, subject: path });
  const { code, late, line } = await ask(kind, path, limit);
  if (late) throw fail(`its module was not loaded within ${limit} s`);
  if (code !== 0) throw fail(`its module ended the process, with exit status ${code}`);
  const answer = parseObject(line) ?? {};
  if (isSentError(answer.error)) throw receivedError(answer.error);
  return { answer, refuse: () => fail(`its module made the process say ${shown(line)}`) };
}

/** Starts a child that describes a module. Its answer is the last line that it writes. */
async function ask(
  kind: string,
  nameOrPath: string,
  limit: number,
): Promise<{ code: number; late: boolean; line: string }> {
  const permissions = childPermissions(nameOrPath);
  const child = spawnDeno(["run", "--quiet", ...permissions, ...DESCRIBE, kind, nameOrPath], {
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
