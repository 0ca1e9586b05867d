/** Logs: text files that grow line by line, and are cut back to the place from which a run is resumed. */
import { exists, explainFileError, writeAll, writeFileAtomic } from "./files.ts";
import { MOST_BYTES, readText } from "./read_file.ts";

/**
 * A text file that grows by whole lines, each on the disk before `write` returns. If somebody removes the file, all of
 * it is written again.
 */
export class LineLog {
  readonly #path: string;
  #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens the log to append; a log that is new or empty starts with `header`, a line with its line end. */
  static async open(path: string, header: string): Promise<LineLog> {
    let file: Deno.FsFile | undefined;
    try {
      file = await openLog(path);
      const log = new LineLog(path, file);
      if ((await file.stat()).size === 0) await log.write(header);
      return log;
    } catch (thrown) {
      file?.close();
      throw explainFileError("write", path, thrown);
    }
  }

  /** Appends one line, given with its line end. */
  async write(line: string): Promise<void> {
    await this.restore();
    try {
      await writeAll(this.#file, new TextEncoder().encode(line));
      await this.#file.sync();
    } catch (thrown) {
      throw explainFileError("write", this.#path, thrown);
    }
  }

  /** Writes the file again where it has been removed: the open file still has all of it. */
  async restore(): Promise<void> {
    if (await exists(this.#path)) return;
    const before = this.#file;
    try {
      await writeFileAtomic(this.#path, await contentOf(before));
      this.#file = await openLog(this.#path);
    } catch (thrown) {
      throw explainFileError("write", this.#path, thrown);
    }
    before.close(); // after the new one is open: disposing of the log closes the file that it holds
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function openLog(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { read: true, append: true, create: true });
}

/** All of an open file, which stays open. */
async function contentOf(file: Deno.FsFile): Promise<Uint8Array> {
  const { size } = await file.stat();
  const content = new Uint8Array(size);
  await file.seek(0, Deno.SeekMode.Start);
  for (let length = 0; length < size;) {
    const read = await file.read(content.subarray(length));
    if (read === null) return content.subarray(0, length);
    length += read;
  }
  return content;
}

/**
 * Rewrites a log with its header and the lines that `keep` accepts, shown without line ends; a last line that was torn
 * off goes too. Where the columns of `header` were fewer when the log was begun, its lines get the new ones, empty.
 */
export async function cutLines(
  path: string,
  header: string,
  keep: (line: string) => boolean,
): Promise<void> {
  const text = await readText(path, MOST_BYTES.log);
  const [columns, ...lines] = text.split("\n").slice(0, -1); // what follows the last line end is incomplete
  if (columns === undefined) return await writeFileAtomic(path, "");
  const later = header.trimEnd().startsWith(`${columns},`) ? header.trimEnd().slice(columns.length) : "";
  const empty = later.replace(/[^,]/g, "");
  const kept = [columns + later, ...lines.filter(keep).map((line) => line + empty)];
  await writeFileAtomic(path, kept.map((line) => line + "\n").join(""));
}
