/**
 * The file of a report, which gets every row as soon as it is known. Until the last row is there, a second file beside
 * it holds the state from which an interrupted evaluation is resumed. A resume reads that file alone.
 */
import { complaintAboutRow, type Row } from "../problems/dataset.ts";
import { isObject } from "../checks/is_object.ts";
import { option, RunError, say, shown, UsageError } from "../errors.ts";
import { AtomicFile, exists, removeFile, writeFileAtomic } from "../io/files.ts";
import { isReportRow, isWhole, type ReportRow } from "../model/model.ts";
import { MOST_BYTES, readText } from "../io/read_file.ts";
import { type EvaluationState, formatReport } from "./report.ts";
import type { ExpectedReport } from "./expected_report.ts";

/** The content of the file beside an unfinished report. */
interface Unfinished {
  readonly setup: ExpectedReport["setup"];
  readonly rows: readonly ReportRow[];
  readonly failures?: readonly Row[];
  readonly state?: EvaluationState;
}

/** The state of an unfinished row is written so rarely that it takes at most one part in this many of the time. */
const KEEP_SHARE = 20;

/** A report in a file. */
export class ReportFile {
  /** The rows that are known. */
  readonly rows: ReportRow[];
  /** What searches found for these rows. */
  readonly failures: Row[];
  readonly #path: string;
  readonly #expected: ExpectedReport;
  #state: EvaluationState | undefined;
  #keptAt = performance.now();
  #keepTime = 0;

  private constructor(path: string, expected: ExpectedReport, known?: Omit<Unfinished, "setup">) {
    this.#path = path;
    this.#expected = expected;
    this.rows = [...known?.rows ?? []];
    this.failures = [...known?.failures ?? []];
    this.#state = known?.state;
  }

  /**
   * Begins a report, or with `resume` continues one that was interrupted. Throws a `UsageError` where the report to
   * resume is another one, or is finished: its rows do not tell their seed or the content of the model. Without
   * `resume` an unfinished report is refused, too. The file at `path` is not changed before the first row is known.
   */
  static async open(path: string, expected: ExpectedReport, resume: boolean): Promise<ReportFile> {
    // Reports now, and not after the first row, if the path cannot be written.
    await (await AtomicFile.create(path)).abort();
    if (!resume) {
      if (await exists(partialPath(path))) {
        const advice = say`go on with ${option("resume")}, or remove ${partialPath(path)}`;
        throw new UsageError(say`Cannot write ${path}: it holds an unfinished evaluation; ${advice}`, {
          code: "exists",
          subject: path,
        });
      }
      return new ReportFile(path, expected);
    }
    const partial = await readPartial(path, expected);
    if (partial === undefined && await exists(path)) {
      const advice = say`remove it, or leave out ${option("resume")} to make it anew`;
      throw new UsageError(say`Cannot resume ${path}: it is finished; ${advice}`, {
        code: "exists",
        subject: path,
      });
    }
    return new ReportFile(path, expected, partial);
  }

  /** The state from which the evaluation is to be continued. */
  get state(): EvaluationState {
    return this.#state ?? { rows: this.rows.length, verdicts: [], seconds: 0 };
  }

  /** Notes the state of the row that is being made. */
  async note(state: EvaluationState): Promise<void> {
    this.#state = state;
    if (performance.now() - this.#keptAt >= KEEP_SHARE * this.#keepTime) await this.#keep();
  }

  /** Adds a row, and what a search found for it. */
  async add(row: ReportRow, failures: readonly Row[]): Promise<void> {
    this.rows.push(row);
    for (const failure of failures) this.failures.push(failure);
    this.#state = undefined;
    await this.#keep();
    await this.#write();
  }

  /** Ends the report: all rows are there. */
  async finish(): Promise<void> {
    await this.#write();
    await removeFile(partialPath(this.#path));
  }

  /** Leaves the report to be resumed later; false where nothing is known yet. */
  async leave(): Promise<boolean> {
    const begun = this.rows.length > 0 || this.#state !== undefined;
    if (begun) await this.#keep();
    return begun;
  }

  async #write(): Promise<void> {
    await writeFileAtomic(this.#path, formatReport(this.rows, this.#expected.json));
  }

  async #keep(): Promise<void> {
    const partial: Unfinished = {
      setup: this.#expected.setup,
      rows: this.rows,
      ...(this.failures.length > 0 && { failures: this.failures }),
      ...(this.#state && { state: this.#state }),
    };
    const start = performance.now();
    await writeFileAtomic(partialPath(this.#path), JSON.stringify(partial));
    this.#keptAt = performance.now();
    this.#keepTime = this.#keptAt - start;
  }
}

function partialPath(path: string): string {
  return `${path}.partial.json`;
}

async function readPartial(path: string, expected: ExpectedReport): Promise<Unfinished | undefined> {
  const file = partialPath(path);
  if (!await exists(file)) return undefined;
  const partial = parsed(await readText(file, MOST_BYTES.report));
  if (isUnfinished(partial)) {
    checkSetup(path, partial.setup, expected.setup);
    if (isPartOf(expected, partial)) return partial;
  }
  throw new RunError(`Cannot resume ${path}: ${file} is not what evaluate left there`, {
    code: "wrong_file",
    subject: file,
  });
}

/** The value of a JSON text; undefined where it is not valid. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isUnfinished(value: unknown): value is Unfinished {
  return isObject(value) && isObject(value.setup) &&
    Object.values(value.setup).every((text) => typeof text === "string") &&
    Array.isArray(value.rows) && value.rows.every(isReportRow) &&
    (value.failures === undefined || Array.isArray(value.failures) && value.failures.every(isDatasetRow)) &&
    (value.state === undefined || isState(value.state, value.rows.length));
}

function isState(value: unknown, rows: number): value is EvaluationState {
  return isObject(value) && value.rows === rows && isDuration(value.seconds) &&
    Array.isArray(value.verdicts) &&
    value.verdicts.every((verdict: unknown) =>
      isObject(verdict) && isWhole(verdict.right, 0) && isWhole(verdict.answer, 0) &&
      verdict.answer <= verdict.right && Number.isFinite(verdict.margin)
    );
}

function isDatasetRow(value: unknown): value is Row {
  return isObject(value) && isWhole(value.size, 1) &&
    [value.problem, value.input, value.target].every((cell) => typeof cell === "string") &&
    complaintAboutRow(value as unknown as Row) === undefined;
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** Whether the rows are the first expected ones, and the verdicts can be on examples of the next one. */
function isPartOf(expected: ExpectedReport, { rows, state }: Unfinished): boolean {
  const isNext = (row: ReportRow, i: number) => {
    const next = expected.rows[i];
    return next !== undefined && row.examples <= next.count &&
      (["model", "problem", "suite", "size"] as const).every((name) => row[name] === next[name]);
  };
  if (!rows.every(isNext)) return false;
  if (state === undefined) return true;
  const next = expected.rows[rows.length];
  const lengths = [...next?.lengths() ?? []];
  // Where lengths vary, there may be longer ones than were found.
  const longest = lengths.length > 1 ? Infinity : Math.max(...lengths);
  return state.verdicts.length <= (next?.count ?? -1) &&
    state.verdicts.every(({ right }) => right <= longest);
}

function checkSetup(path: string, found: ExpectedReport["setup"], expected: ExpectedReport["setup"]): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (found[name] === expected[name]) continue;
    const [was, is] = [found[name], expected[name]].map((value) =>
      value === undefined ? "not given" : shown(value, 200)
    );
    const what = Object.hasOwn(expected, name) ? name : shown(name);
    throw new UsageError(`Cannot resume ${path}: it was begun with ${what} ${was}, expected ${is}`, {
      code: "conflict",
      subject: name,
      given: was,
      expected: is,
    });
  }
}
