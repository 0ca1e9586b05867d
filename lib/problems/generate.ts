import { datasetHeader, formatRows, type Row, sampleExample } from "./dataset.ts";
import { AtomicFile } from "../io/files.ts";
import { PROBLEM, SEED, SIZES } from "./option_kinds.ts";
import { checkOptions, type Kinds, TEXT, wholeFrom } from "../checks/options.ts";
import { pause } from "../async/pause.ts";
import type { Problem } from "./mod.ts";
import { Random } from "../random.ts";

/** What a generated dataset holds. */
export interface GenerateOptions {
  /** The problem of all rows. */
  problem: Problem;
  /** The suite that the inputs are drawn from. */
  suite: string;
  /** The sizes, each at least 1. */
  sizes: readonly number[];
  /** Rows for each size. */
  count: number;
  /** Selects the rows: each depends on the seed, its size and its number within the size alone. */
  seed: number;
}

const OPTIONS: Kinds<GenerateOptions> = {
  problem: PROBLEM,
  suite: TEXT,
  sizes: SIZES,
  count: wholeFrom(1),
  seed: SEED,
};

/** Draws the rows of a dataset, one by one. Throws a `UsageError` where an option is wrong. */
export function generateRows(options: GenerateOptions): Generator<Row> {
  return draw(checkOptions<GenerateOptions>("generate", options, OPTIONS));
}

function* draw({ problem, suite, sizes, count, seed }: GenerateOptions): Generator<Row> {
  for (const size of new Set(sizes)) {
    for (let i = 0; i < count; i++) {
      const random = new Random(seed, "generate", size, i);
      yield { problem: problem.name, ...sampleExample(problem, suite, size, random) };
    }
  }
}

/** How a dataset is written. */
export interface WriteOptions {
  /** Whether it is JSON, one array of rows, rather than CSV. */
  readonly json?: boolean | undefined;
  /** Once aborted, the writing stops with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The text of a dataset: its start, its rows some at a time, and its end. */
interface Format {
  readonly start: string;
  rows(some: readonly Row[], areFirst: boolean): string;
  readonly end: string;
}

const csv: Format = { start: datasetHeader, rows: formatRows, end: "" };

const json: Format = {
  start: "[\n",
  rows: (some, areFirst) => (areFirst ? "" : ",\n") + some.map((row) => JSON.stringify(row)).join(",\n"),
  end: "\n]\n",
};

/** About how many bytes are written at a time. */
const chunkBytes = 65536;

/** Writes a dataset in constant memory. `write` must take all that it is given. */
export async function writeDataset(
  rows: Iterable<Row>,
  write: (data: Uint8Array) => Promise<unknown>,
  options: WriteOptions = {},
): Promise<void> {
  const format = options.json ? json : csv;
  const encoder = new TextEncoder();
  let pending: Row[] = [];
  let bytes = 0;
  let areFirst = true;
  const flush = async () => {
    await pause(options.signal);
    if (pending.length > 0) await write(encoder.encode(format.rows(pending, areFirst)));
    pending = [];
    bytes = 0;
    areFirst = false;
  };
  await write(encoder.encode(format.start));
  for (const row of rows) {
    pending.push(row);
    bytes += row.input.length + row.target.length + row.problem.length + 8;
    if (bytes >= chunkBytes) await flush();
  }
  await flush();
  await write(encoder.encode(format.end));
}

/** Writes a dataset to a file, which appears under its name only when it is whole. */
export async function saveDataset(
  rows: Iterable<Row>,
  path: string,
  options?: WriteOptions,
): Promise<void> {
  await using file = await AtomicFile.create(path);
  await writeDataset(rows, (data) => file.write(data), options);
  await file.commit();
}
