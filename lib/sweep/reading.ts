import { RunError } from "../errors.ts";
import { explainFileError } from "../files.ts";

/** Reads a file: a regular one of at most so many bytes, for a pipe may never end and others may not fit. */
export async function readBytes(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new RunError(`Cannot read ${path}: expected a regular file`);
    if (size > most) {
      throw new RunError(`Cannot read ${path}: it has ${size} bytes, expected at most ${most}`);
    }
    return await Deno.readFile(path);
  } catch (thrown) {
    throw explainFileError("read", path, thrown);
  }
}

/** Reads a text file in the same way. */
export async function readText(path: string, most: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(path, most));
}
