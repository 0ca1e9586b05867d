/** Reads files that may come from anybody: regular files only, and no more bytes than any useful file has. */
import { figure, wrongFile } from "../errors.ts";
import { explainFileError } from "./files.ts";

/** The most bytes of each kind of file. A model of 64 MB has 16 million parameters, a checkpoint four such vectors. */
export const MOST_BYTES = {
  model: 64e6,
  checkpoint: 260e6,
  dataset: 256e6,
  settings: 1e6,
  report: 256e6,
  table: 64e6,
  log: 64e6,
} as const;

/** Bytes of memory that are allocated before a stream is read. */
const FIRST_BYTES = 2 ** 16;

/** The bytes of the regular file at `path`, `most` of them at most; `called` is what errors call it. */
export async function readBytes(
  path: string | URL,
  most: number,
  called: string = String(path),
): Promise<Uint8Array<ArrayBuffer>> {
  return await read(path, most, called, Deno.readFile);
}

/** The text of the regular file at `path`, which has `most` bytes at most. */
export async function readText(path: string, most: number): Promise<string> {
  return await read(path, most, path, Deno.readTextFile);
}

/** The regular file at `path`, which has `most` bytes at most, piece by piece. It is closed when reading ends or fails. */
export async function readPieces(path: string, most: number): Promise<AsyncIterable<Uint8Array>> {
  return await read(path, most, path, async () => (await Deno.open(path)).readable);
}

/** All bytes of a stream of unknown length, `most` of them at most. */
export async function readStream(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  most: number,
  called: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(FIRST_BYTES);
  let length = 0;
  // The pieces are copied: each may be a few bytes of a large buffer, which would stay in memory with the piece.
  for await (const piece of limited(pieces, most, called)) {
    const end = length + piece.length;
    if (end > bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(Math.max(end, 2 * bytes.length)));
    bytes.set(piece, length);
    length = end;
  }
  return new Uint8Array(bytes.buffer.transfer(length));
}

/** The pieces of a stream of unknown length. Throws a `RunError` once they have more than `most` bytes. */
export async function* limited(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  most: number,
  called: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > most) {
      throw wrongFile(called, `it has more than ${figure(most)} bytes`, "at most that many");
    }
    yield piece;
  }
}

/** Checks the file before it is opened, because reading a pipe may wait and a device may never end. */
async function read<T, Path extends string | URL>(
  path: Path,
  most: number,
  called: string,
  how: (path: Path) => Promise<T>,
): Promise<T> {
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    const reason = isDirectory
      ? "it is a directory"
      : !isFile
      ? "it is no regular file, expected one"
      : size > most
      ? `it has ${figure(size)} bytes, expected at most ${figure(most)}`
      : undefined;
    if (reason !== undefined) throw wrongFile(called, reason);
    return await how(path);
  } catch (thrown) {
    throw explainFileError("read", called, thrown);
  }
}

/** Standard input. */
export function standardInput(): AsyncIterable<Uint8Array<ArrayBuffer>> {
  return Deno.stdin.readable;
}
