// Generating rows and writing them.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import Papa from "papaparse";
import { formatRows, loadDataset, readRows, type Row } from "../../lib/problems/dataset.ts";
import { generateRows, saveDataset, writeDataset } from "../../lib/problems/generate.ts";
import { badd, header, liveBytes, oddRows, written } from "../support/dataset_files.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`dataset_writing_test: TEST_SEED=${seed}`);

Deno.test("a dataset is written as the contract says", async () => {
  assertEquals(
    await written([
      { problem: "badd", size: 4, input: "1010+0111", target: "11001" },
      { problem: "odd", size: 1, input: 'a"b', target: "c,d" },
    ]),
    'problem,size,input,target\nbadd,4,1010+0111,11001\nodd,1,"a""b","c,d"\n',
  );
  assertEquals(await written([]), header);
});

Deno.test("another CSV parser reads what is written", async () => {
  const rows = oddRows(3000, seed);
  const text = await written(rows);
  assert(!text.includes("\r"));
  const { data, errors } = Papa.parse(text, { header: true, newline: "\n", skipEmptyLines: true });
  assertEquals(errors, []);
  assertEquals(data, rows.map((row) => ({ ...row, size: String(row.size) })));
});

Deno.test("each row is decided by the seed, its size and its number", () => {
  const rows = (sizes: readonly number[], count: number, ofSeed = seed, suite = "random") => [
    ...generateRows({ problem: badd, suite, sizes, count, seed: ofSeed }),
  ];
  const all = rows([1, 2, 3, 4, 5], 10);
  assertEquals(all.map((row) => row.size), [1, 2, 3, 4, 5].flatMap((size) => Array<number>(10).fill(size)));
  for (const row of all) assertEquals(row.target, badd.answer(row.input));
  assertEquals(rows([3, 4, 3], 4), [...all.slice(20, 24), ...all.slice(30, 34)]);
  assertNotEquals(rows([5], 10, seed + 1), rows([5], 10));
  assertNotEquals(rows([5], 10, seed, "carry"), rows([5], 10));
});

// A published dataset is named by its command line: the same flags must give the same bytes for good.
Deno.test("golden dataset", async () => {
  const rows = generateRows({ problem: badd, suite: "carry", sizes: [3, 4], count: 2, seed: 1 });
  assertEquals(
    await written(rows),
    header + "badd,3,100+111,0001\nbadd,3,100+000,1000\nbadd,4,1010+0101,11110\nbadd,4,1010+1001,01110\n",
  );
});

Deno.test("a million rows are written in constant memory, in chunks", async () => {
  const row: Row = { problem: "badd", size: 4, input: "1010+0111", target: "11001" };
  let [bytes, largest, early, late] = [0, 0, 0, 0];
  function* rows(): Generator<Row> {
    for (let i = 0; i < 1e6; i++) {
      if (i === 1e5) early = liveBytes();
      if (i === 1e6 - 1) late = liveBytes();
      yield { ...row };
    }
  }
  const sizes = {
    csv: header.length + 1e6 * formatRows([row]).length,
    json: "[\n".length + 1e6 * `${JSON.stringify(row)},\n`.length + "]\n".length - ",".length,
  };
  for (const [format, size] of Object.entries(sizes)) {
    bytes = 0;
    await writeDataset(rows(), (data) => {
      bytes += data.length;
      largest = Math.max(largest, data.length);
      return Promise.resolve();
    }, { json: format === "json" });
    assertEquals(bytes, size, format);
    assert(largest < 4e5, `a chunk of ${largest} bytes`);
    assert(late - early < 5e6, `the heap grew by ${(late - early) / 1e6} MB`);
  }
});

/** Rows for a while that is long enough to be interrupted. */
function* rowsForSeconds(seconds: number): Generator<Row> {
  const end = performance.now() + 1000 * seconds;
  for (let seed = 0; performance.now() < end; seed++) {
    yield* generateRows({ problem: badd, suite: "random", sizes: [20], count: 100, seed });
  }
}

Deno.test("writing serves timers, and stops on a signal", async () => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error("Stopped by the test")), 50);
  const started = performance.now();
  await assertRejects(
    () => writeDataset(rowsForSeconds(4), () => Promise.resolve(), { signal: stop.signal }),
    Error,
    "Stopped by the test",
  );
  assert(performance.now() - started < 2000);
  clearTimeout(timer);
});

Deno.test("a file appears only when it is whole", async () => {
  const directory = await Deno.makeTempDir();
  const names = () => Array.from(Deno.readDirSync(directory), (entry) => entry.name);
  const path = `${directory}/data.csv`;
  try {
    const stop = new AbortController();
    setTimeout(() => {
      assertEquals(names().length, 1);
      assertNotEquals(names(), ["data.csv"]);
      stop.abort(new Error("Stopped by the test"));
    }, 50);
    await assertRejects(
      () => saveDataset(rowsForSeconds(4), path, { signal: stop.signal }),
      Error,
      "Stopped by the test",
    );
    assertEquals(names(), []);

    const options = {
      problem: badd,
      suite: "random",
      sizes: Array.from({ length: 9 }, (_, i) => i + 1),
      count: 500,
      seed,
    };
    await saveDataset(generateRows(options), path);
    assertEquals(names(), ["data.csv"]);
    const rows = [...generateRows(options)];
    assertEquals(await Array.fromAsync(readRows(path)), rows);

    const failing = function* (): Generator<Row> {
      yield* rows;
      throw new Error("Broken generator");
    };
    await assertRejects(() => saveDataset(failing(), path), Error, "Broken generator");
    assertEquals(names(), ["data.csv"]);
    assertEquals((await loadDataset(path)).rows, rows);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
