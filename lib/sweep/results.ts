import { csvLine } from "../io/csv.ts";
import { option, RunError, say, UsageError } from "../errors.ts";
import { exists, writeFileAtomic } from "../io/files.ts";
import { LineLog } from "../io/line_log.ts";
import { FileLock } from "../io/lock.ts";
import { MOST_BYTES, readText } from "../io/read_file.ts";
import { columnDifference, parseTable, type Row, type Table } from "./table.ts";

/** A sweep's CSV file, to which each run adds a row. A file that exists is continued. */
export class Results implements Table {
  /** The columns, in order. */
  readonly columns: readonly string[];
  /** The rows, in the order of the file. */
  readonly rows: Row[];
  readonly #log: LineLog;
  readonly #lock: FileLock;

  private constructor(table: Table, log: LineLog, lock: FileLock) {
    this.columns = table.columns;
    this.rows = [...table.rows];
    this.#log = log;
    this.#lock = lock;
  }

  /**
   * Opens the file and removes the rows for which `drop` returns true. The file must not be open elsewhere, and must
   * have the same columns. `idOf` returns the present name of a run.
   */
  static async open(
    path: string,
    columns: readonly string[],
    drop: (row: Row) => boolean,
    idOf: (run: string) => string,
  ): Promise<Results> {
    const lock = await FileLock.acquire(path);
    if (lock === undefined) {
      throw new RunError(`Cannot write ${path}: another sweep is writing it`, {
        code: "busy",
        subject: path,
      });
    }
    try {
      const earlier = await earlierRows(path, columns);
      const rows = earlier.map((row) => ({ ...row, run: idOf(row.run!) })).filter((row) => !drop(row));
      const table = { columns, rows };
      await writeFileAtomic(path, formatTable(table));
      return new Results(table, await LineLog.open(path, csvLine(columns)), lock);
    } catch (thrown) {
      await lock[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** Adds a row. It is on the disk when this returns. */
  async add(row: Row): Promise<void> {
    await this.#log.write(formatRow(row, this.columns));
    this.rows.push(row);
  }

  /** Closes the file and lets others open it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#log.close();
    await this.#lock[Symbol.asyncDispose]();
  }
}

/** A table as CSV. */
export function formatTable({ columns, rows }: Table): string {
  return csvLine(columns) + rows.map((row) => formatRow(row, columns)).join("");
}

/** A row as CSV, with its line end. */
export function formatRow(row: Row, columns: readonly string[]): string {
  return csvLine(columns.map((column) => row[column] ?? ""));
}

/** The rows of the file, without an incomplete last one. A table without rows may have other columns. */
async function earlierRows(path: string, columns: readonly string[]): Promise<readonly Row[]> {
  const text = await exists(path) ? await readText(path, MOST_BYTES.table) : "";
  const end = text.lastIndexOf("\n") + 1;
  if (end === 0 && csvLine(columns).startsWith(text)) return []; // the file has nothing but a part of the header
  const table = await parseTable(text.slice(0, end || undefined), path);
  const difference = columnDifference(table.columns, columns);
  if (table.rows.length > 0 && difference !== undefined) {
    throw new UsageError(say`Cannot go on with ${path}: ${difference} or another ${option("out")}`, {
      code: "conflict",
      subject: path,
    });
  }
  return table.rows;
}
