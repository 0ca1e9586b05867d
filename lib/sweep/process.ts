import { Interruption } from "../cli/signals.ts";
import { printable } from "../errors.ts";
import { explainFileError, writeAll } from "../io/files.ts";
import { CHILD } from "./child.ts";
import { openLog } from "./log.ts";
import { kill, release, spawnDeno } from "./spawn.ts";

/** How a child process is run. */
export interface ChildOptions {
  /** `train`'s arguments. */
  readonly args: readonly string[];
  /** Deno's permission flags. */
  readonly permissions: readonly string[];
  /** The file that its standard error is added to. */
  readonly log: string;
  /** Once aborted, the child is asked to save its work and end. */
  readonly signal: AbortSignal;
  /** Hears the last line that the child wrote. */
  onNews(line: string): void;
}

/** How a child process ended. */
export interface ChildEnd {
  /** Its exit status. */
  readonly code: number;
  /** Why it failed, in a line, where it says so or a signal ended it. */
  readonly error: string | undefined;
}

/** Characters of the log that are searched for the error. */
const TAIL = 10_000;

/** Runs `train` in a process of its own, to its end. */
export async function runChild({ args, permissions, log, signal, onNews }: ChildOptions): Promise<ChildEnd> {
  using file = await openLog(log);
  const child = spawnDeno(["run", "--quiet", ...permissions, ...CHILD, ...args], { stderr: "piped" });
  const stop = () => kill(child, signal.reason instanceof Interruption ? signal.reason.signal : "SIGTERM");
  const end = () => kill(child);
  signal.addEventListener("abort", stop);
  globalThis.addEventListener("unload", end); // this process ends at once: so does the child
  try {
    if (signal.aborted) stop();
    const decoder = new TextDecoder();
    let tail = "";
    for await (const part of child.stderr) {
      await writeAll(file, part).catch((thrown) => {
        throw explainFileError("write", log, thrown);
      });
      tail = (tail + decoder.decode(part, { stream: true })).slice(-TAIL);
      onNews(tail.trimEnd().split("\n").at(-1)!);
    }
    const { code, signal: ended } = await child.status;
    return { code, error: ended ? `ended by ${ended}` : code === 0 ? undefined : errorIn(tail) };
  } finally {
    await release(child);
    signal.removeEventListener("abort", stop);
    globalThis.removeEventListener("unload", end);
  }
}

/** The last error in a log, which a problem's module can write to as well. What stands before the verdict on the run is no failure: graphics drivers write such lines. */
function errorIn(log: string): string | undefined {
  const afterVerdict = log.split(/^(?:Not solved|Solved) after .*$/m).at(-1)!;
  const error = [...afterVerdict.matchAll(/^error: (.*)$/gm)].at(-1)?.[1];
  return error === undefined ? undefined : printable(error);
}
