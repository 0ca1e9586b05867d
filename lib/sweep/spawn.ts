/** Child processes: Deno itself, with other permissions. */
import { RunError } from "../errors.ts";
import { explainFileError } from "../io/files.ts";

/** Starts Deno. A child that reads its standard input finds the end of it when this process has ended. */
export function spawnDeno(
  args: readonly string[],
  listened: { readonly stdout?: "piped"; readonly stderr?: "piped" },
): Deno.ChildProcess {
  const { stdout = "null", stderr = "null" } = listened;
  try {
    return new Deno.Command(Deno.execPath(), { args: [...args], stdin: "piped", stdout, stderr }).spawn();
  } catch (thrown) {
    throw explainFileError("run", Deno.execPath(), thrown);
  }
}

/** Throws a `RunError` where child processes cannot be started, so that this is known before anything is written. */
export async function checkSpawn(): Promise<void> {
  const child = spawnDeno(["--version"], {});
  const { success, code } = await child.status;
  await release(child);
  if (success) return;
  throw new RunError(`Cannot run ${Deno.execPath()}: it ended with exit status ${code}`, {
    code: "process",
    subject: Deno.execPath(),
  });
}

/** The most characters that are kept of a child's output. */
const TAIL = 100_000;

/** The last characters of a child's output. */
export async function tailOf(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const part of output.pipeThrough(new TextDecoderStream())) tail = (tail + part).slice(-TAIL);
  return tail;
}

/** Ends a child process at once, where it has not ended yet, and closes the pipe to it, which would stay open otherwise. */
export async function release(child: Deno.ChildProcess): Promise<void> {
  kill(child);
  await child.stdin.close().catch(() => {}); // the pipe is already closed where the child has ended
}

/** Ends a child process at once, where it has not ended yet, or sends it another signal. */
export function kill(child: Deno.ChildProcess, signal: Deno.Signal = "SIGKILL"): void {
  try {
    child.kill(signal);
  } catch { /* it has just ended */ }
}
