import { Interruption } from "../cli/signals.ts";
import { printable } from "../errors.ts";
import { explainFileError, writeAll } from "../io/files.ts";
import { endIn } from "./end.ts";
import { openLog } from "./log.ts";
import { kill, release, spawnDeno, tailOf } from "./spawn.ts";

/** Options of {@linkcode runChild}. */
export interface ChildOptions {
  /**
   * What Deno runs: a module, and arguments before those of `train`. The module runs `train` and tells by
   * {@linkcode endLine} how it ended.
   */
  readonly child: readonly string[];
  /** `train`'s arguments. */
  readonly args: readonly string[];
  /** Deno's permission flags. */
  readonly permissions: readonly string[];
  /** The file that its standard error is added to. */
  readonly log: string;
  /** Once aborted, the child is asked to save its work and end. */
  readonly signal: AbortSignal;
  /** Called with the last line that the child wrote. */
  onNews(line: string): void;
}

/** How a child process ended. */
export interface ChildEnd {
  /** Its exit status. */
  readonly code: number;
  /** Why it failed, in a line, where it did. */
  readonly error: string | undefined;
}

/** Runs `train` in a process of its own, to its end. */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { child, args, permissions, log, signal } = options;
  using file = await openLog(log);
  const listened = { stdout: "piped", stderr: "piped" } as const;
  const process = spawnDeno(["run", "--quiet", ...permissions, ...child, ...args], listened);
  const stop = () => kill(process, signal.reason instanceof Interruption ? signal.reason.signal : "SIGTERM");
  const end = () => kill(process);
  signal.addEventListener("abort", stop);
  globalThis.addEventListener("unload", end); // where this process ends at once, the child does too
  try {
    if (signal.aborted) stop();
    const [output] = await Promise.all([tailOf(process.stdout), keepLog(process.stderr, file, options)]);
    const { code, signal: ended } = await process.status;
    if (ended) return { code, error: `ended by ${ended}` };
    const end = endIn(output);
    if (end === undefined) return { code, error: `ended by itself with exit status ${code}, see ${log}` };
    if (end.error !== undefined) return { code, error: printable(end.error.split("\n")[0]!) };
    return { code, error: code > 1 ? `exit status ${code}` : undefined };
  } finally {
    await release(process);
    signal.removeEventListener("abort", stop);
    globalThis.removeEventListener("unload", end);
  }
}

/** The most characters of a log's last line. */
const LAST_LINE = 1000;

async function keepLog(
  stderr: ReadableStream<Uint8Array>,
  file: Deno.FsFile,
  { log, onNews }: ChildOptions,
): Promise<void> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const part of stderr) {
    await writeAll(file, part).catch((thrown) => {
      throw explainFileError("write", log, thrown);
    });
    tail = (tail + decoder.decode(part, { stream: true })).slice(-LAST_LINE);
    onNews(tail.trimEnd().split("\n").at(-1)!);
  }
}
