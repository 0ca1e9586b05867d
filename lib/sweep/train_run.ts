import { RunError } from "../errors.ts";
import { explainFileError, realPathOf } from "../io/files.ts";
import { flagOf } from "../model/configuration.ts";
import { RunDirectory } from "../training/run/run_directory.ts";
import { FileLock } from "../io/lock.ts";
import { readOutcome } from "./outcome.ts";
import { childPermissions } from "./permissions.ts";
import type { Run } from "./plan.ts";
import { runChild } from "./process.ts";
import type { Row, Status } from "./table.ts";

/** Options of {@linkcode trainRun}. */
export interface TrainRunOptions {
  /** What Deno runs as the process that trains the run: a module, and arguments before those of `train`. */
  readonly child: readonly string[];
  /** The directory of the sweep, in which the run has its own. */
  readonly directory: string;
  /** Once aborted, the run saves a checkpoint and ends. */
  readonly signal: AbortSignal;
  /** Called with the last line that the run has written. */
  onNews(line: string): void;
}

/** The exit statuses of commands that were interrupted. */
const INTERRUPTED = [130, 143];

/** Why a run has no row: it was interrupted, or another sweep is training it. */
export type Unfinished = "interrupted" | "taken";

/** Trains a run, or resumes it if it was begun, and returns its row. */
export async function trainRun(run: Run, options: TrainRunOptions): Promise<Row | Unfinished> {
  const { child, directory, signal, onNews } = options;
  const path = `${directory}/${run.id}`;
  await using lock = await FileLock.acquire(path);
  if (lock === undefined) return "taken";
  await Deno.mkdir(path, { recursive: true }).catch((thrown) => {
    throw explainFileError("make the directory", path, thrown);
  });
  const settings = Object.entries(run.combination).map(([name, text]) => `--${flagOf(name)}=${text}`);
  const { code, error } = await runChild({
    child,
    // With --fail-under=0 the exit status tells whether the run was solved.
    args: [
      ...settings,
      `--seed=${run.seed}`,
      `--out=${path}`,
      "--fail-under=0",
      ...await RunDirectory.holds(path) ? ["--resume"] : [],
    ],
    // The directory may be a link: for some operations Deno checks the permission of the path that the link leads to.
    permissions: childPermissions(run.combination.problem!, [path, await realPathOf(path)]),
    log: `${path}/log.txt`,
    signal,
    onNews,
  });
  if (INTERRUPTED.includes(code) || error !== undefined && signal.aborted) return "interrupted";
  const row = (status: Status, rest: Row): Row => ({
    run: run.id,
    ...run.cells,
    seed: String(run.seed),
    status,
    ...rest,
  });
  if (error !== undefined) return row("failed", { message: error });
  try {
    return row(code === 0 ? "solved" : "not solved", await readOutcome(path));
  } catch (thrown) {
    if (!(thrown instanceof RunError)) throw thrown;
    return row("failed", { message: thrown.message });
  }
}
