// Loading a whole dataset of one problem, from a file or standard input.
import { assertEquals, assertRejects } from "@std/assert";
import { loadDataset } from "../../lib/problems/dataset.ts";
import { RunError, UsageError } from "../../lib/errors.ts";
import type { Problem } from "../../lib/problems/mod.ts";
import { badd, header, load, modelOf, withFile } from "../support/dataset_files.ts";

Deno.test("a dataset may come from standard input, and its messages say so", async () => {
  const script = `
    import { loadDataset } from "${new URL("../../mod.ts", import.meta.url)}";
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
