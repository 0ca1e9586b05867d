import { checkRegular, explainFileError } from "./files.ts";

/**
 * A lock by which this process alone writes a file or a directory. It ends with the process at the latest, even if that
 * is killed.
 */
export class FileLock {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Takes the lock for what is at `path`; undefined where another process has it. */
  static async acquire(path: string): Promise<FileLock | undefined> {
    const lockPath = `${path}.lock`;
    await checkRegular(lockPath);
    while (true) {
      const file = await Deno.open(lockPath, { write: true, create: true }).catch((thrown) => {
        throw explainFileError("write", lockPath, thrown);
      });
      const locked = await file.tryLock(true).catch(() => true); // not every network file system has locks
      if (locked && await isAt(lockPath, file)) return new FileLock(lockPath, file);
      file.close();
      if (!locked) return undefined;
    }
  }

  /** Releases the lock. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path).catch(() => {}); // a file that is left can be locked again
    this.#file.close();
  }
}

/** Whether others would open the same file. A lock on a file that was removed in the meantime has no effect on them. */
async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const there = await Deno.stat(path).catch((thrown) => {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw explainFileError("read", path, thrown);
  });
  return there !== undefined && there.ino === (await file.stat()).ino;
}
