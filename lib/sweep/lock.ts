import { RunError } from "../errors.ts";
import { explainFileError } from "../files.ts";

/** Says that this process alone writes a file. It ends with the process at the latest, however that may end. */
export class FileLock {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Takes the lock for the file at `path`. Throws a `RunError` where another process has it. */
  static async acquire(path: string): Promise<FileLock> {
    const lockPath = `${path}.lock`;
    const file = await Deno.open(lockPath, { write: true, create: true }).catch((thrown) => {
      throw explainFileError("write", lockPath, thrown);
    });
    const locked = await file.tryLock(true).catch(() => true); // not every network file system has locks
    if (locked) return new FileLock(lockPath, file);
    file.close();
    throw new RunError(`Cannot write ${path}: another sweep is writing it`);
  }

  /** Lets others take it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path).catch(() => {}); // left behind it harms nothing
    this.#file.close();
  }
}
