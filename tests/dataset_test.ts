import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Papa from "papaparse";
import {
  type Dataset,
  formatRows,
  isValidationRow,
  loadDataset,
  readRows,
  type Row,
  sampleExample,
} from "../lib/dataset.ts";
import { Search } from "../lib/adversarial/search.ts";
import { RunError, UsageError } from "../lib/errors.ts";
import { generateRows, saveDataset, writeDataset } from "../lib/generate.ts";
import { type Problem, problems } from "../lib/problems/mod.ts";
import { Random } from "../lib/random.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`dataset_test: TEST_SEED=${seed}`);

const badd = problems.badd as Problem;
const header = "problem,size,input,target\n";

/** Calls `use` with a file of that content; the file goes afterwards. */
async function withFile<T>(
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

const read = (content: string): Promise<Row[]> =>
  withFile(content, (path) => Array.fromAsync(readRows(path)));

const load = (content: string, symbols?: string): Promise<Dataset> =>
  withFile(content, (path) => loadDataset(path, modelOf(symbols)));

const modelOf = (symbols: string | undefined) => symbols === undefined ? undefined : { name: "it", symbols };

/** Rows with every symbol that CSV gives a meaning, and many others. */
function oddRows(count: number): Row[] {
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
async function written(rows: Iterable<Row>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await writeDataset(rows, (data) => {
    text += decoder.decode(data, { stream: true });
    return Promise.resolve();
  });
  return text;
}

Deno.test("sampleExample() draws from the suite that is asked for", () => {
  const example = sampleExample(badd, "carry", 8, new Random(seed, "a"));
  assertEquals(example.size, 8);
  assertEquals(example.input, badd.suites.carry!(8, new Random(seed, "a")));
  assertEquals(example.target, badd.answer(example.input));
  for (const suite of ["hard", "toString", ""]) {
    assertThrows(
      () => sampleExample(badd, suite, 8, new Random(seed, "a")),
      UsageError,
      `Unknown suite ${JSON.stringify(suite)} of problem badd, expected random or carry`,
    );
  }
});

Deno.test("what a problem throws or returns at any size is one line that names problem, suite and size", () => {
  const reasons: [problem: Partial<Problem>, reason: string][] = [
    [{ answer: () => "01".repeat(3) + "2" }, 'its answer has "2", expected one of 01'],
    [{ answer: () => "" }, "its answer is empty or not a string"],
    [{ answer: () => 1 as unknown as string }, "its answer is empty or not a string"],
    [{ suites: { random: () => undefined as unknown as string } }, "its input is empty or not a string"],
    [{ suites: { random: () => "a\nb" } }, 'its input has "a", expected one of 01'],
    [{
      answer: () => {
        throw new RangeError("Too large\n    at here");
      },
    }, "Too large"],
    [{
      answer: () => {
        throw { toString: () => badd.answer("") };
      },
    }, "a value of type object"],
    [{ answer: () => "01".repeat(3e6) }, "its answer has 6,000,000 symbols, expected at most 19,000"],
    [
      { suites: { random: () => "1".repeat(19_001) } },
      "its input has 19,001 symbols, expected at most 19,000",
    ],
  ];
  for (const [change, reason] of reasons) {
    const problem = { ...problems.copy!, ...change };
    const { message } = assertThrows(
      () => sampleExample(problem, "random", 9, new Random(seed, "a")),
      RunError,
    );
    assertEquals(message, `Cannot draw an example of copy, suite random, size 9: ${reason}`);
    if (change.suites) assertThrows(() => new Search(problem, 9, seed), RunError, reason);
  }
});

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
  const rows = oddRows(3000);
  const text = await written(rows);
  assert(!text.includes("\r"));
  const { data, errors } = Papa.parse(text, { header: true, newline: "\n", skipEmptyLines: true });
  assertEquals(errors, []);
  assertEquals(data, rows.map((row) => ({ ...row, size: String(row.size) })));
});

Deno.test("what another CSV writer writes is read, with LF, CRLF, a BOM and everything quoted", async () => {
  const rows = oddRows(500);
  for (const newline of ["\n", "\r\n"]) {
    for (const quotes of [false, true]) {
      const text = Papa.unparse(rows, { newline, quotes, columns: ["problem", "size", "input", "target"] });
      for (
        const variant of [text, text + newline, "\ufeff" + text, text.replaceAll(newline, newline + newline)]
      ) {
        assertEquals(await read(variant), rows);
      }
    }
  }
});

Deno.test("each malformed row is refused in one line with its number", async () => {
  const good = "badd,1,1+1,01\n";
  const headerFault = (seen: string) => `line 1: the header is ${seen}, expected problem,size,input,target`;
  const alien = "expected printable ASCII characters other than space";
  const quote = 'a quote is not closed or stands alone, expected cells quoted as "a""b"';
  const faults: [content: string, message: string][] = [
    ["", "line 1: the file is empty, expected the header problem,size,input,target"],
    ["\n\n", "line 3: the file is empty, expected the header problem,size,input,target"],
    [good, headerFault('"badd,1,1+1,01"')],
    ["size,problem,input,target\n", headerFault('"size,problem,input,target"')],
    ["problem,size,input\n", headerFault('"problem,size,input"')],
    ['"problem,size",input,target\n', headerFault('"problem,size,input,target"')],
    [header.replaceAll(",", ";"), headerFault('"problem;size;input;target"')],
    [(header + good).replaceAll("\n", "\r"), headerFault('"problem,size,input,target\\rbadd,1,1+1,01"')],
    ["\x00".repeat(50), headerFault(`"${"\\u0000".repeat(40)}…"`)],
    [header + good + "badd,1,1+1\n", "line 3: it has 3 cells, expected problem,size,input,target"],
    [header + good + "badd,1,1+1,01,\n", "line 3: it has 5 cells, expected problem,size,input,target"],
    [header + good + "   \n", "line 3: it has 1 cells, expected problem,size,input,target"],
    [header + good + "badd,0,1+1,01\n", 'line 3: size is "0", expected a whole number from 1'],
    [header + "badd,,1+1,01\n", 'line 2: size is "", expected a whole number from 1'],
    [header + "badd,-1,1+1,01\n", 'line 2: size is "-1", expected a whole number from 1'],
    [header + "badd,1.5,1+1,01\n", 'line 2: size is "1.5", expected a whole number from 1'],
    [header + "badd,1e3,1+1,01\n", 'line 2: size is "1e3", expected a whole number from 1'],
    [header + "badd, 1,1+1,01\n", 'line 2: size is " 1", expected a whole number from 1'],
    [
      header + "badd,99999999999999999999,1+1,01\n",
      'line 2: size is "99999999999999999999", expected a whole number from 1',
    ],
    [header + good + "badd,1,,01\n", "line 3: input is empty, expected one character per symbol"],
    [header + good + "badd,1,1+1,\n", "line 3: target is empty, expected one character per symbol"],
    [header + 'badd,1,"",01\n', "line 2: input is empty, expected one character per symbol"],
    [header + good + "badd,1,1+é,01\n", `line 3: input has "\\u00e9", ${alien}`],
    [header + good + "badd,1,1+1,0😀\n", `line 3: target has "\\ud83d\\ude00", ${alien}`],
    [header + good + "badd,1,1 + 1,01\n", `line 3: input has " ", ${alien}`],
    [header + good + "badd,1,1+1,01\x1b[31m\n", `line 3: target has "\\u001b", ${alien}`],
    [header + good + "badd,1,1+1,01\r\r\n", `line 3: target has "\\r", ${alien}`],
    [header + good + '"badd",1,"1+\n1",01\n' + good, `line 3: ${quote}`],
    [
      header + "../up,1,1+1,01\n",
      'line 2: problem is "../up", expected a name of letters, digits, - and _, 100 at most',
    ],
    [
      header + `${"x".repeat(101)},1,1+1,01\n`,
      `line 2: problem is "${"x".repeat(40)}…", expected a name of letters, digits, - and _, 100 at most`,
    ],
    [
      header + ",1,1+1,01\n",
      'line 2: problem is "", expected a name of letters, digits, - and _, 100 at most',
    ],
    [header + good + 'badd,1,"1+1,01\n' + good, `line 3: ${quote}`],
    [header + good + 'badd,1,1"+1,01\n' + good, `line 3: ${quote}`],
    [header + good + 'badd,1,"1+"1,01\n' + good, `line 3: ${quote}`],
    [header + good + 'badd,1,1+1,"01', `line 3: ${quote}`],
    ['problem,"size,input\n', `line 1: ${quote}`],
  ];
  for (const [content, message] of faults) {
    for (const text of [content, "\ufeff" + content, content.replaceAll(/(?<!\r)\n/g, "\r\n")]) {
      await withFile(text, async (path) => {
        const error = await assertRejects(() => Array.fromAsync(readRows(path)), RunError);
        assertEquals(error.message, `Cannot read ${path}, ${message}`, JSON.stringify(text));
      });
    }
  }
});

Deno.test("cells of any length in quotes are read, and a line that is too long is refused", async () => {
  const random = new Random(seed, "long");
  const digits = Array.from({ length: 10_000 }, () => random.integer(10)).join("").repeat(300);
  const [plain, quoted] = [`a,1,${digits},1\n`, `"a",1,"${digits}","""1"\n`];
  const started = performance.now();
  const rows = await read(header + plain + quoted);
  assertEquals(rows.map(({ input, target }) => [input === digits, target]), [[true, "1"], [true, '"1']]);
  for (const end of ["\n" + plain, "x".repeat(16e6)]) {
    await withFile(header + "\n" + "a,1,1," + "1".repeat(16e6) + end, async (path) => {
      const error = await assertRejects(() => Array.fromAsync(readRows(path)), RunError);
      assertEquals(error.message, `Cannot read ${path}, line 3: it has more than 16000000 characters`);
    });
  }
  const seconds = (performance.now() - started) / 1000;
  assert(seconds < 10, `${seconds} s`); // they took more than a minute
});

Deno.test("a million blank lines are read in a moment", async () => {
  const started = performance.now();
  assertEquals(await read(header + "\n".repeat(1e6) + "a,1,1,1\n"), [{
    ...{ problem: "a", size: 1, input: "1", target: "1" },
  }]);
  assert(performance.now() - started < 4000); // it took ten seconds
});

Deno.test("a dataset may come from standard input, and its messages say so", async () => {
  const script = `
    import { loadDataset } from "${new URL("../mod.ts", import.meta.url)}";
    await loadDataset("-").then(({ rows }) => console.log(rows.length), ({ message }) => console.log(message));`;
  const said = async (text: string) => {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", script],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    return new TextDecoder().decode((await process.output()).stdout);
  };
  assertEquals(await said(header + "a,1,1,1\n".repeat(20_000)), "20000\n");
  assertEquals(
    await said(header + "a,1,1\n"),
    "Cannot read standard input, line 2: it has 3 cells, expected problem,size,input,target\n",
  );
  assertEquals(await said(header), "Cannot use standard input: it has no rows, expected one at least\n");
});

Deno.test("bytes that are not UTF-8 are refused with their line", async () => {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array([
    ...encoder.encode(header + "a,1,1,1\n\na,1,"),
    0xff,
    ...encoder.encode("1,1\n"),
  ]);
  await withFile(bytes, async (path) => {
    const error = await assertRejects(() => Array.fromAsync(readRows(path)), RunError);
    assertEquals(
      error.message,
      `Cannot read ${path}, line 4: input has "\\ufffd", expected printable ASCII characters other than space`,
    );
  });
});

Deno.test("the line number is right deep in a file with blank lines and both line ends", async () => {
  const random = new Random(seed, "deep");
  const lines = Array.from({ length: 20000 }, () => random.integer(5) === 0 ? "" : "a,3,123,321");
  const ends = lines.map(() => random.pick(["\n", "\r\n"]));
  for (const bad of ["a,3,123", 'a,3,"123,321', "a,x,123,321"]) {
    const at = random.between(10000, lines.length - 1);
    const text = header + lines.map((line, i) => (i === at ? bad : line) + ends[i]).join("");
    await withFile(text, async (path) => {
      let rows = 0;
      const error = await assertRejects(async () => {
        for await (const _ of readRows(path)) rows++;
      }, RunError);
      assert(
        error.message.startsWith(`Cannot read ${path}, line ${at + 2}: `),
        `${error.message}, not ${at + 2}`,
      );
      assertEquals(rows, lines.slice(0, at).filter((line) => line !== "").length);
    });
  }
});

Deno.test("files that cannot be read are named", async () => {
  for (
    const [path, reason] of [["/nonexistent/x.csv", "no such file or directory"], ["/", "it is a directory"]]
  ) {
    const error = await assertRejects(() => Array.fromAsync(readRows(path!)), RunError);
    assertEquals(error.message, `Cannot read ${path}: ${reason}`);
  }
});

Deno.test({
  name: "the file is closed when reading stops early or fails",
  sanitizeResources: true,
  async fn() {
    for (const bad of ["", "a,1,1\n", 'a,1,1"1,1\n', 'a,1,"1,1\n']) {
      await withFile(header + "a,1,1,1\n" + bad + "a,1,1,1\n".repeat(50000), async (path) => {
        const stopEarly = async () => {
          for await (const row of readRows(path)) {
            assertEquals(row, { problem: "a", size: 1, input: "1", target: "1" });
            if (bad === "") return;
          }
        };
        if (bad === "") await stopEarly();
        else await assertRejects(stopEarly, RunError, "line 3");
      });
    }
  },
});

Deno.test("loadDataset() gives the toolkit's problem where it knows the name, whatever the targets are", async () => {
  const { problem, rows } = await load(header + "badd,1,1+1,11\n");
  assertEquals(problem, badd);
  assertEquals(rows, [{ problem: "badd", size: 1, input: "1+1", target: "11" }]);
});

Deno.test("loadDataset() takes the alphabet of an unknown problem from the file", async () => {
  const { problem, rows } = await load(header + 'mine,2,zb,a\nmine,7,b,""""\nmine,3,b,b\n');
  assertEquals(problem, { name: "mine", symbols: '"abz', maxSize: 7 });
  assertEquals(rows.length, 3);
});

Deno.test("loadDataset() takes the alphabet that it is given", async () => {
  const { problem } = await load(header + "mine,2,10,01\n", "012");
  assertEquals(problem, { name: "mine", symbols: "012", maxSize: 2 });
});

Deno.test("loadDataset() refuses what is no problem in one line", async () => {
  const wrong: [model: unknown, shown: string][] = [
    [{ foo: 1 }, '{"foo":1}'],
    ["copy", '"copy"'],
    [null, "null"],
  ];
  for (const [model, shown] of wrong) {
    const error = await assertRejects(() => loadDataset("none.csv", model as Problem), UsageError);
    assertEquals(
      error.message,
      `Cannot load a dataset with problem ${shown}: expected a problem with name and symbols`,
    );
  }
});

Deno.test("loadDataset() refuses what is not one problem over its alphabet", async () => {
  const faults: [content: string, symbols: string | undefined, message: string][] = [
    [
      "badd,1,1+1,01\nbmul,1,1*1,10\n",
      undefined,
      ", line 3: problem is bmul, expected badd as in the rows before",
    ],
    [
      "badd,1,1+1,01\n\nbadd,1,2+1,01\n",
      undefined,
      ', line 4: "2" is no symbol of badd, expected one of 01+',
    ],
    ["badd,1,1+1,0x\n", undefined, ', line 2: "x" is no symbol of badd, expected one of 01+'],
    ["mine,1,1,1\nmine,1,a,1\n", "01", ', line 3: "a" is no symbol of it, expected one of 01'],
  ];
  for (const [content, symbols, message] of faults) {
    await withFile(header + content, async (path) => {
      const error = await assertRejects(() => loadDataset(path, modelOf(symbols)), RunError);
      assertEquals(error.message, `Cannot read ${path}${message}`);
    });
  }
  await withFile(header, async (path) => {
    const error = await assertRejects(() => loadDataset(path), RunError);
    assertEquals(error.message, `Cannot use ${path}: it has no rows, expected one at least`);
  });
});

Deno.test("one row in ten is for validation, by its text alone", () => {
  const rows = [
    ...generateRows({ problem: badd, suite: "random", sizes: [20], count: 20000, seed }),
  ];
  const count = rows.filter(isValidationRow).length;
  // Standard deviation 42.
  assert(Math.abs(count - 2000) < 250, `${count} of 20000 (TEST_SEED=${seed})`);
  // Pinned: a change would leak rows of recorded runs from validation into training.
  const few = [
    ...generateRows({ problem: badd, suite: "random", sizes: [20], count: 100, seed: 1 }),
  ];
  assertEquals(few.flatMap((row, i) => isValidationRow(row) ? [i] : []), [
    2,
    6,
    10,
    11,
    22,
    61,
    72,
    80,
    86,
    91,
    96,
  ]);
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
    header + "badd,3,100+111,0001\nbadd,3,100+000,1000\nbadd,4,1010+0101,11110\nbadd,4,0001+1010,10110\n",
  );
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes in use once all garbage is gone. */
function liveBytes(): number {
  collectGarbage();
  return Deno.memoryUsage().heapUsed;
}

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

Deno.test("a large file is read in constant memory", async () => {
  const lines = 300000;
  await withFile(header + "badd,4,1010+0111,11001\n".repeat(lines), async (path) => {
    let [count, early, late] = [0, 0, 0];
    for await (const _ of readRows(path)) {
      count++;
      if (count === 30000) early = liveBytes();
      if (count === lines) late = liveBytes();
    }
    assertEquals(count, lines);
    assert(late - early < 5e6, `the heap grew by ${(late - early) / 1e6} MB`);
  });
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
