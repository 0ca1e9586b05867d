import { datasetHeader, formatRows, type Row, sampleExample } from "./dataset.ts";
import { AtomicFile } from "../io/files.ts";
import { PROBLEM, SEED, SIZES } from "./option_kinds.ts";
import { checkOptions, type Kinds, TEXT, wholeFrom } from "../checks/options.ts";
import { pause } from "../async/pause.ts";
import type { Problem } from "./mod.ts";
import { Random } from "../random.ts";

/** Options of {@linkcode generate}. */
export interface GenerateOptions {
  /** Problem of all rows. */
  problem: Problem;
  /** Name of the suite that the inputs are drawn from. */
  suite: string;
  /** Sizes of the inputs, each at least 1. */
  sizes: readonly number[];
  /** Number of rows for each size. */
  count: number;
  /**
   * Seed, from 0 to 2^53 − 1. A row of a problem and suite depends on it, on its size and on its number within that size
   * alone.
   */
  seed: number;
}

const OPTIONS: Kinds<GenerateOptions> = {
  problem: PROBLEM,
  suite: TEXT,
  sizes: SIZES,
  count: wholeFrom(1),
  seed: SEED,
};

/**
 * Generates the rows of a dataset, one by one.
 *
 * @param options Options.
 * @returns The rows, sizes in the order given.
 * @throws {UsageError} If an option is wrong.
 * @throws {RunError} If the problem's own functions do not yield an example; thrown when the row is asked for.
 *
 * @example Usage
 * ```ts
 * import { generate, problems } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = [...generate({ problem: problems.badd, suite: "random", sizes: [4, 8], count: 3, seed: 1 })];
 * assertEquals(rows.map(({ size }) => size), [4, 4, 4, 8, 8, 8]);
 * for (const { input, target } of rows) assertEquals(problems.badd.answer(input), target);
 * ```
 */
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

/** Options of writing a dataset. */
export interface WriteOptions {
  /** Whether it is JSON, one array of rows, rather than CSV. */
  readonly json?: boolean | undefined;
  /** Signal that ends the writing, which throws its reason. */
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

/** Writes a dataset in constant memory. `write` must write all of the bytes that it is given. */
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
