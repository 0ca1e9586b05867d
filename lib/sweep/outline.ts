import { printable, RunError, shown, UsageError } from "../errors.ts";
import type { Problem } from "../problems/problem.ts";
import { findProblem } from "../problems/table.ts";
import { DESCRIBE } from "./describe.ts";
import { childPermissions } from "./permissions.ts";
import { kill, release, spawnDeno } from "./spawn.ts";

/** What a plan needs of a problem. */
export interface ProblemOutline extends Pick<Problem, "name" | "maxSize"> {
  /** The names of its suites. */
  readonly suites: readonly string[];
}

/** Seconds that the module of a problem may take to load. */
const LIMIT = 60;

/** Characters at the end of a child's output that its answer is looked for in. */
const TAIL = 100_000;

/**
 * The outline of the problem of that name, or of the one that the module at that path or URL defines. The module is
 * loaded in a child process: this one may run programs, and no code but the toolkit's own is to.
 */
export async function outlineOf(nameOrPath: string, limit: number = LIMIT): Promise<ProblemOutline> {
  const known = findProblem(nameOrPath);
  if (known) return { name: known.name, maxSize: known.maxSize, suites: Object.keys(known.suites) };
  const fail = (reason: string) => new RunError(`Cannot load problem ${nameOrPath}: ${reason}`);
  const { code, late, line } = await ask(nameOrPath, limit);
  if (late) throw fail(`its module was not loaded within ${limit} s`);
  if (code !== 0) throw fail(`its module ended the process, with exit status ${code}`);
  const answer = parsed(line);
  if (typeof answer.error === "string") {
    throw new (answer.usage === true ? UsageError : RunError)(printable(answer.error));
  }
  const { name, maxSize, suites } = answer;
  if (
    typeof name !== "string" || !Number.isSafeInteger(maxSize) ||
    !Array.isArray(suites) || !suites.every((suite) => typeof suite === "string")
  ) {
    throw fail(`its module made the process say ${shown(line)}`);
  }
  return { name, maxSize: maxSize as number, suites };
}

/** Has a child describe a problem; its answer is the last line that it wrote. */
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
    let tail = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      tail = (tail + part).slice(-TAIL);
    }
    return { code: (await child.status).code, late, line: tail.trimEnd().split("\n").at(-1)! };
  } finally {
    clearTimeout(timer);
    await release(child);
  }
}

function parsed(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {}; // which is no answer either
  }
}
