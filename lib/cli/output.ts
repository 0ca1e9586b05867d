import { explainFileError, writeAll } from "../io/files.ts";

/** Thrown where nobody reads standard output any more, as in `… | head -1`: the command ends and reports nothing. */
export class OutputClosed extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "OutputClosed";
}

/** Writes results to standard output, all of them. Throws `OutputClosed` when its reader has gone. */
export async function writeStdout(text: string): Promise<void> {
  await writeStdoutBytes(new TextEncoder().encode(text));
}

/** As `writeStdout`, for bytes. */
export async function writeStdoutBytes(bytes: Uint8Array): Promise<void> {
  try {
    await writeAll(Deno.stdout, bytes);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.BrokenPipe) {
      throw new OutputClosed("Standard output is closed", { cause: thrown });
    }
    throw explainFileError("write", "standard output", thrown);
  }
}

/** A place to write text for people to, such as `Deno.stderr`. */
export interface Terminal {
  /** Whether a person is watching. */
  isTerminal(): boolean;
  /** Writes at least a part of the bytes and returns how many. */
  writeSync(data: Uint8Array): number;
}

/** Writes text for people, by default to standard error. Text that cannot be written is dropped: no run fails for that. */
export function writeStderr(text: string, terminal: Terminal = Deno.stderr): void {
  const data = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < data.length;) written += terminal.writeSync(data.subarray(written));
  } catch { /* its reader has gone, or the disk it is redirected to is full */ }
}
