import { explainFileError, writeAll } from "../io/files.ts";

/** Nobody reads standard output any more, as in `… | head -1`: there is no more to do, and nothing to report. */
export class OutputClosed extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "OutputClosed";
}

/** Writes results to standard output, all of them. Throws `OutputClosed` when its reader has gone. */
export async function writeStdout(text: string): Promise<void> {
  try {
    await writeAll(Deno.stdout, new TextEncoder().encode(text));
  } catch (thrown) {
    if (thrown instanceof Deno.errors.BrokenPipe) {
      throw new OutputClosed("Standard output is closed", { cause: thrown });
    }
    throw explainFileError("write", "standard output", thrown);
  }
}

/** Where text for people goes; `Deno.stderr` is one. */
export interface Terminal {
  /** Whether a person is watching. */
  isTerminal(): boolean;
  /** Writes a part of the bytes at least and says how many. */
  writeSync(data: Uint8Array): number;
}

/** Writes text for people, standard error unless told. What cannot be written is dropped: no run fails for it. */
export function writeStderr(text: string, terminal: Terminal = Deno.stderr): void {
  const data = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < data.length;) written += terminal.writeSync(data.subarray(written));
  } catch { /* its reader has gone, or the disk it is redirected to is full */ }
}
