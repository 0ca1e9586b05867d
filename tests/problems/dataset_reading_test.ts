// Reading the rows of a dataset: formats, faults, lengths, memory.
import { assert, assertEquals, assertRejects } from "@std/assert";
import Papa from "papaparse";
import { readRows } from "../../lib/problems/dataset.ts";
import { RunError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { header, liveBytes, oddRows, read, withFile } from "../support/dataset_files.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`dataset_reading_test: TEST_SEED=${seed}`);

Deno.test("what another CSV writer writes is read, with LF, CRLF, a BOM and everything quoted", async () => {
  const rows = oddRows(500, seed);
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

Deno.test("a dataset without a header is refused as empty", async () => {
  for (const text of ["", "\n\n", "\ufeff\r\n"]) {
    await withFile(text, async (path) => {
      const error = await assertRejects(() => Array.fromAsync(readRows(path)), RunError);
      assertEquals(
        error.message,
        `Cannot read ${path}: it is empty, expected the header problem,size,input,target`,
      );
    });
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
