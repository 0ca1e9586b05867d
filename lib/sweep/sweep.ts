import { writeStdout } from "../cli/output.ts";
import { pooledMap } from "../deps.ts";
import type { Plan, Run } from "./plan.ts";
import { formatRow, formatTable, Results } from "./results.ts";
import { columnsOf, type Row, type Table } from "./table.ts";
import { trainRun, type Unfinished } from "./train_run.ts";

/** Options of {@linkcode sweep}. */
export interface SweepOptions {
  /** What Deno runs as a child process: a module, and arguments before those of `train`. */
  readonly child: readonly string[];
  /** The directory in which each run has its own. */
  readonly directory: string;
  /** The CSV file. */
  readonly out: string;
  /** The number of child processes at once. */
  readonly jobs: number;
  /** Whether runs whose rows say that they failed are tried again. */
  readonly retryFailed: boolean;
  /** Once aborted, the children save their work, and `sweep` throws the signal's reason. */
  readonly signal: AbortSignal;
  /** Called with what happens. */
  readonly onReport: (report: SweepReport) => void;
}

/** Something that happens during a sweep. */
export type SweepReport =
  | { readonly kind: "start"; readonly runs: number; readonly known: number }
  | { readonly kind: "news"; readonly run: Run; readonly line: string }
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: Unfinished; readonly run: Run };

/**
 * Trains the runs that have no row yet. Rows are written to the file and to standard output as runs end, after those
 * that are there already.
 */
export async function sweep(plan: Plan, options: SweepOptions): Promise<Table> {
  const { child, directory, out, retryFailed, onReport } = options;
  const planned = new Set(plan.runs.map(({ id }) => id));
  const columns = columnsOf(plan.columns, plan.suites);
  const again = (row: Row) => retryFailed && row.status === "failed" && planned.has(row.run!);
  const ids = new Map(plan.runs.map(({ id, formerId }) => [formerId, id]));
  await using results = await Results.open(out, columns, again, (run) => ids.get(run) ?? run);
  await writeStdout(formatTable(results));
  const known = new Set(results.rows.map(({ run }) => run));
  const left = plan.runs.filter(({ id }) => !known.has(id));
  onReport({ kind: "start", runs: plan.runs.length, known: plan.runs.length - left.length });
  await inPool(left, options.jobs, options.signal, async (run, signal) => {
    const onNews = (line: string) => onReport({ kind: "news", run, line });
    const row = await trainRun(run, { child, directory, signal, onNews });
    if (typeof row === "string") return onReport({ kind: row, run });
    await results.add(row);
    onReport({ kind: "row", row });
    await writeStdout(formatRow(row, columns));
  });
  return { columns, rows: [...results.rows] };
}

/**
 * Calls `work` for all items, for `jobs` of them at once. If one call throws, the others are aborted and the error is
 * thrown.
 */
async function inPool<Item>(
  items: readonly Item[],
  jobs: number,
  outer: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const inner = new AbortController();
  const signal = AbortSignal.any([outer, inner.signal]);
  const worked = pooledMap(jobs, items, async (item) => {
    if (!signal.aborted) await work(item, signal).catch((thrown) => inner.abort(thrown));
  });
  await Array.fromAsync(worked);
  signal.throwIfAborted();
}
