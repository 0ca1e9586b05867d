/**
 * The file of a report, which has every row as soon as it is known. Beside it, until the last row is there, stands what
 * an evaluation that was cut off can go on from; that file alone counts then.
 */
import { ADVERSARIAL } from "./adversarial/case.ts";
import { RunError, UsageError } from "./errors.ts";
import { AtomicFile, explainFileError, writeFileAtomic } from "./files.ts";
import type { ReportRow } from "./model/model.ts";
import { type EvaluationState, formatReport, parseReport } from "./report.ts";
import type { ReportPlan } from "./report_plan.ts";

/** What stands beside the report. */
interface Unfinished {
  readonly setup: ReportPlan["setup"];
  readonly rows: readonly ReportRow[];
  readonly state?: EvaluationState;
}

/** The share of the time that may go into writing the state of an unfinished row: one in so many. */
const KEEP_SHARE = 20;

/** A report in a file. */
export class ReportFile {
  /** The rows that are known. */
  readonly rows: ReportRow[];
  readonly #path: string;
  readonly #plan: ReportPlan;
  #state: EvaluationState | undefined;
  #keptAt = performance.now();
  #keepTime = 0;

  private constructor(path: string, plan: ReportPlan, rows: readonly ReportRow[], state?: EvaluationState) {
    this.#path = path;
    this.#plan = plan;
    this.rows = [...rows];
    this.#state = state;
  }

  /**
   * Begins a report anew, or with `resume` where it was cut off. Throws a `UsageError` where that was another report.
   * What is at `path` stays there until the first row is known.
   */
  static async open(path: string, plan: ReportPlan, resume: boolean): Promise<ReportFile> {
    await (await AtomicFile.create(path)).abort(); // says now, not after the first row, what is wrong with the path
    const partial = resume ? await readPartial(path) : undefined;
    if (partial !== undefined) checkSetup(path, partial.setup, plan.setup);
    const rows = partial?.rows ?? (resume ? await finishedRows(path, plan) : []);
    const report = new ReportFile(path, plan, rows, partial?.state);
    await report.#keep();
    return report;
  }

  /** Where to go on. */
  get state(): EvaluationState {
    return this.#state ?? { rows: this.rows.length, verdicts: [], seconds: 0 };
  }

  /** Notes how far the row that is being made has come. */
  async note(state: EvaluationState): Promise<void> {
    this.#state = state;
    if (performance.now() - this.#keptAt >= KEEP_SHARE * this.#keepTime) await this.#keep();
  }

  /** Adds a row. */
  async add(row: ReportRow): Promise<void> {
    this.rows.push(row);
    this.#state = undefined;
    await this.#keep();
    await this.#write();
  }

  /** Ends the report: all rows are there. */
  async finish(): Promise<void> {
    await this.#write();
    await Deno.remove(partialPath(this.#path));
  }

  /** Leaves the report to be gone on with later, unless nothing is known yet. */
  async leave(): Promise<void> {
    if (this.rows.length > 0 || this.#state !== undefined) await this.#keep();
    else await Deno.remove(partialPath(this.#path));
  }

  async #write(): Promise<void> {
    await writeFileAtomic(this.#path, formatReport(this.rows, this.#plan.json));
  }

  async #keep(): Promise<void> {
    const partial: Unfinished = {
      setup: this.#plan.setup,
      rows: this.rows,
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

/** A file's text, undefined where there is none. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw explainFileError("read", path, thrown);
  }
}

async function readPartial(path: string): Promise<Unfinished | undefined> {
  const text = await textOf(partialPath(path));
  if (text === undefined) return undefined;
  try {
    const partial: Unfinished = JSON.parse(text);
    if (Array.isArray(partial.rows) && typeof partial.setup === "object") return partial;
  } catch {
    // The error below says what matters.
  }
  throw new RunError(`Cannot resume ${path}: ${partialPath(path)} is not what evaluate left there`);
}

function checkSetup(path: string, found: ReportPlan["setup"], expected: ReportPlan["setup"]): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (found[name] === expected[name]) continue;
    const [was, is] = [found[name], expected[name]].map((value) => value ?? "not given");
    throw new UsageError(`Cannot resume ${path}: its ${name} is ${was}, expected ${is}`);
  }
}

/** The rows of a report that is finished: they must be those of the plan, as far as rows tell. */
async function finishedRows(path: string, { cases, named }: ReportPlan): Promise<ReportRow[]> {
  const text = await textOf(path);
  if (text === undefined) return [];
  const rows = await parseReport(text, path);
  const found = rows.map(titleOf);
  const expected = cases.map((of) => titleOf({ ...named, ...of, examples: of.count }));
  for (let i = 0; i < Math.max(found.length, expected.length); i++) {
    if (found[i] === expected[i]) continue;
    const [is, wanted] = [found[i] ?? "missing", expected[i] ?? "none"];
    throw new UsageError(
      `Cannot resume ${path}: it is finished, and its row ${i + 1} is ${is}, expected ${wanted}`,
    );
  }
  return rows;
}

/** What a row is of. A search may find fewer inputs to try than it was told to. */
function titleOf(row: Pick<ReportRow, "model" | "problem" | "suite" | "size" | "examples">): string {
  const { model, problem, suite, size, examples } = row;
  return [model, problem, suite, size, ...(suite === ADVERSARIAL ? [] : [examples])].join();
}
