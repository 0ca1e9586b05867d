import { datasetHeader, formatRows, type Row, sampleExample } from "./dataset.ts";
import { AtomicFile } from "./files.ts";
import { pause } from "./pause.ts";
import type { Problem } from "./problems/mod.ts";
import { Random } from "./random.ts";

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

/** Draws the rows of a dataset, one by one. */
export function* generateRows({ problem, suite, sizes, count, seed }: GenerateOptions): Generator<Row> {
  for (const size of new Set(sizes)) {
    for (let i = 0; i < count; i++) {
      const random = new Random(seed, "generate", size, i);
      yield { problem: problem.name, ...sampleExample(problem, suite, size, random) };
    }
  }
}

/** About how many bytes are written at a time. */
const chunkBytes = 65536;

/**
 * Writes a dataset as CSV in constant memory. `write` must take all that it is given. Stops with the signal's reason
 * once that is aborted.
 */
export async function writeDataset(
  rows: Iterable<Row>,
  write: (data: Uint8Array) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const encoder = new TextEncoder();
  let pending: Row[] = [];
  let bytes = 0;
  const flush = async () => {
    await pause(signal);
    await write(encoder.encode(formatRows(pending)));
    pending = [];
    bytes = 0;
  };
  await write(encoder.encode(datasetHeader));
  for (const row of rows) {
    pending.push(row);
    bytes += row.input.length + row.target.length + row.problem.length + 8;
    if (bytes >= chunkBytes) await flush();
  }
  await flush();
}

/** Writes a dataset to a file, which appears under its name only when it is whole. */
export async function saveDataset(rows: Iterable<Row>, path: string, signal?: AbortSignal): Promise<void> {
  await using file = await AtomicFile.create(path);
  await writeDataset(rows, (data) => file.write(data), signal);
  await file.commit();
}
