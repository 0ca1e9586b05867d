/**
 * Files that are either whole or absent: every file but a log is written under a temporary name beside its
 * target, synced and renamed, so that a crash or a full disk never leaves half a file under the real name.
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { fileFailure, messageOf, RunError } from "../errors.ts";

const temporaryName = /^\..+\.\d+-[0-9a-f]{8}\.tmp$/;

const reasons: Record<string, string> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
  EEXIST: "it already exists",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the name is too long",
};

/** The error for what the system said about a file, in one line: `Cannot write runs/x.csv: no space left on the device`. */
export function explainFileError(action: string, path: string, thrown: unknown): RunError {
  if (thrown instanceof RunError) return thrown;
  return fileFailure(action, path, reasonOf(path, thrown), { cause: thrown });
}

function reasonOf(path: string, thrown: unknown): string {
  const message = messageOf(thrown).split("\n")[0] ?? "";
  if (thrown instanceof Deno.errors.NotCapable) {
    const flag = /--allow-[a-z-]+/.exec(message)?.[0];
    if (flag === "--allow-all") {
      const without = path === "/dev/stdout" ? ", or none where rows go to standard output" : "";
      return `Deno keeps such files for programs with all permissions, expected a regular file${without}`;
    }
    if (flag) return `Deno was not given permission for it, run again with ${flag}`;
  }
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return reasons[code] ?? message;
}

/** Writes all of `data`, because one `write` may take only a part. */
export async function writeAll(
  sink: { write(data: Uint8Array): Promise<number> },
  data: Uint8Array,
): Promise<void> {
  for (let written = 0; written < data.length;) written += await sink.write(data.subarray(written));
}

/**
 * A file that appears under its name only when it is complete.
 * `await using` it, and it is removed unless it was committed.
 * What is not a regular file (a pipe, /dev/null) is written directly: renaming over it would replace it.
 */
export class AtomicFile {
  readonly #path: string;
  readonly #target: string;
  readonly #temporary: string | undefined;
  readonly #file: Deno.FsFile;
  #open = true;

  private constructor(path: string, target: string, temporary: string | undefined, file: Deno.FsFile) {
    this.#path = path;
    this.#target = target;
    this.#temporary = temporary;
    this.#file = file;
  }

  /** Starts the file; what is now at `path` stays there until `commit`. */
  static async create(path: string): Promise<AtomicFile> {
    try {
      const existing = await statOf(path);
      if (existing?.isDirectory) throw fileFailure("write", path, "it is a directory");
      if (existing && !existing.isFile) {
        return new AtomicFile(path, path, undefined, await Deno.open(path, { write: true }));
      }
      const target = existing ? await Deno.realPath(path) : path; // a link stays a link to its file
      const [directory, name] = splitPath(target);
      const random = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(16).padStart(8, "0");
      const temporary = `${directory}.${name}.${Deno.pid}-${random}.tmp`;
      const file = await Deno.open(temporary, { write: true, createNew: true });
      return new AtomicFile(path, target, temporary, file);
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) {
        throw fileFailure("write", path, "its directory does not exist", { cause: thrown });
      }
      throw explainFileError("write", path, thrown);
    }
  }

  /** Appends to the file; on failure the temporary file is removed. */
  write(data: Uint8Array): Promise<void> {
    return this.#orAbort(() => writeAll(this.#file, data));
  }

  /** Makes the file durable and gives it its name. */
  async commit(): Promise<void> {
    await this.#orAbort(async () => {
      if (this.#temporary === undefined) return;
      await this.#file.sync();
      await Deno.rename(this.#temporary, this.#target);
    });
    this.#close();
    if (this.#temporary !== undefined) await syncDirectory(splitPath(this.#target)[0]);
  }

  /** Discards the file. What was at the path before is still there. */
  async abort(): Promise<void> {
    if (!this.#close() || this.#temporary === undefined) return;
    await Deno.remove(this.#temporary).catch(() => {}); // what is left is removed later, see removeStaleTemporaries
  }

  /** Discards the file, unless it was committed. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  async #orAbort(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      await this.abort();
      throw explainFileError("write", this.#path, thrown);
    }
  }

  #close(): boolean {
    const wasOpen = this.#open;
    if (wasOpen) this.#file.close();
    this.#open = false;
    return wasOpen;
  }
}

/** Replaces the file at `path` in one step. */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  await using file = await AtomicFile.create(path);
  await file.write(typeof data === "string" ? new TextEncoder().encode(data) : data);
  await file.commit();
}

/**
 * Removes the temporary files that killed processes left in `directory`.
 * It is only for a directory that no other process is writing to, such as the directory of the run being resumed.
 */
export async function removeStaleTemporaries(directory: string): Promise<void> {
  try {
    for await (const entry of Deno.readDir(directory)) {
      if (entry.isFile && temporaryName.test(entry.name)) await Deno.remove(`${directory}/${entry.name}`);
    }
  } catch (thrown) {
    throw explainFileError("clean up", directory, thrown);
  }
}

/** The real path of a file that may not exist yet: the same for all paths of one file. */
export async function realPathOf(path: string): Promise<string> {
  const directory = dirname(resolve(path));
  return await Deno.realPath(path).catch(async () =>
    join(await Deno.realPath(directory).catch(() => directory), basename(path))
  );
}

/** Throws where something else than a regular file is at `path`: reading a pipe may wait, and a device may never end. */
export async function checkRegular(path: string): Promise<void> {
  const info = await statOf(path).catch((thrown) => {
    throw explainFileError("read", path, thrown);
  });
  if (info === undefined || info.isFile) return;
  const reason = info.isDirectory ? "it is a directory" : "it is no regular file, expected one";
  throw fileFailure("write", path, reason);
}

/**
 * Throws unless writing to a file of that name changes a regular file of the directory itself. A symbolic link may lead
 * anywhere.
 */
export async function checkInside(directory: string, name: string): Promise<void> {
  const path = `${directory}/${name}`;
  const info = await Deno.lstat(path).catch((thrown) => {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw explainFileError("read", path, thrown);
  });
  if (info?.isSymlink) {
    const [target, inside] = [await realPathOf(await linkTarget(path)), await realPathOf(directory)];
    if (dirname(target) !== inside) {
      throw fileFailure("write", path, "it is a symbolic link that leads out of the directory");
    }
  }
  await checkRegular(path);
}

/** The path that a link leads to, which may not exist. */
async function linkTarget(path: string): Promise<string> {
  return resolve(dirname(path), await Deno.readLink(path));
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return await statOf(path).catch((thrown) => {
    throw explainFileError("read", path, thrown);
  }) !== undefined;
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw thrown;
  }
}

/** The directory, with its separator, and the name. Together they are the path. */
function splitPath(path: string): [directory: string, name: string] {
  const end = Math.max(path.lastIndexOf("/"), Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1) + 1;
  return [path.slice(0, end), path.slice(end)];
}

/** Makes a rename durable, where the system allows it to open a directory. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    using handle = await Deno.open(directory || ".", { read: true });
    await handle.sync();
  } catch { /* not on Windows, nor on some network file systems: the file is whole either way */ }
}

/** The kind of what is at a path, links followed; undefined where nothing is there or it may not be looked at. */
export async function kindAt(path: string): Promise<"file" | "directory" | "other" | undefined> {
  const found = await Deno.stat(path).catch(() => undefined);
  return found && (found.isFile ? "file" : found.isDirectory ? "directory" : "other");
}

/** Removes a file. */
export async function removeFile(path: string): Promise<void> {
  await Deno.remove(path);
}

/** Makes a directory, and those above it, where there is none. */
export async function makeDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((thrown) => {
    throw explainFileError("make the directory", path, thrown);
  });
}

/** Whether an error, or its cause, says that nothing is at a path. */
export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof Deno.errors.NotFound ||
    (thrown instanceof Error && thrown.cause instanceof Deno.errors.NotFound);
}
