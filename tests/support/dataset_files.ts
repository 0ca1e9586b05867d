/** What the tests of datasets share. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Dataset, loadDataset, readRows, type Row } from "../../lib/problems/dataset.ts";
import { writeDataset } from "../../lib/problems/generate.ts";
import { type Problem, problems } from "../../lib/problems/mod.ts";
import { Random } from "../../lib/random.ts";

/** Binary addition. */
export const badd = problems.badd as Problem;
/** The first line of a dataset. */
export const header = "problem,size,input,target\n";

/** Calls `use` with a file of that content; the file goes afterwards. */
export async function withFile<T>(
  content: string | Uint8Array<ArrayBuffer>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The rows of a dataset of that content. */
export const read = (content: string): Promise<Row[]> =>
  withFile(content, (path) => Array.fromAsync(readRows(path)));

/** The dataset of that content. */
export const load = (content: string, symbols?: string): Promise<Dataset> =>
  withFile(content, (path) => loadDataset(path, modelOf(symbols)));

/** What a dataset is told of the problem of a model with these symbols. */
export const modelOf = (symbols: string | undefined) =>
  symbols === undefined ? undefined : { name: "it", symbols };

/** Rows with every symbol that CSV gives a meaning, and many others. */
export function oddRows(count: number, seed: number): Row[] {
  const random = new Random(seed, "rows");
  const symbols = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join("") + '""",,,';
  const text = (length: number) => Array.from({ length }, () => random.pick([...symbols])).join("");
  return Array.from({ length: count }, () => {
    const size = random.between(1, 2000);
    return {
      problem: "odd-1_x",
      size,
      input: text(random.between(1, 60)),
      target: text(random.between(1, 60)),
    };
  });
}

/** What `writeDataset` writes, as one text. */
export async function written(rows: Iterable<Row>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await writeDataset(rows, (data) => {
    text += decoder.decode(data, { stream: true });
    return Promise.resolve();
  });
  return text;
}

setFlagsFromString("--expose-gc");
export const collectGarbage: () => void = runInNewContext("gc");

/** Bytes in use once all garbage is gone. */
export function liveBytes(): number {
  collectGarbage();
  return Deno.memoryUsage().heapUsed;
}
