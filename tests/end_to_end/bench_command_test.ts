// The bench command as a process of its own.
import { assert, assertEquals } from "@std/assert";
import { assertRefused, emptyDirectory, filesIn, run, start } from "../support/process.ts";

const cwd = emptyDirectory();

Deno.test("bench refuses a wrong baseline, backend or output before it times anything", async () => {
  await Deno.writeTextFile(`${cwd}/data.csv`, "problem,size,input,target\n");
  const refused = (...args: string[]) => run("bench", ["--backend=wasm", ...args], { cwd });
  const [data, missing, out, cell, flag] = await Promise.all([
    refused("--baseline=data.csv"),
    refused("--baseline=missing.csv"),
    refused("--out=nowhere/rows.csv"),
    refused("--cell=./none.ts"),
    run("bench", ["--backend=gpu"], { cwd }),
  ]);
  assertRefused(data, 1, /^Cannot read data\.csv as a benchmark: its first line is not variant,/);
  assertRefused(missing, 1, "Cannot read missing.csv: no such file or directory");
  assertRefused(out, 1, /^Cannot write nowhere\/rows\.csv/);
  assertRefused(cell, 1, /^Cannot load cell \.\/none\.ts: /);
  assertRefused(flag, 2, "Cannot use --backend gpu: expected one of auto, webgpu, wasm, cpu");
});

Deno.test("bench --help shows its flags", async () => {
  const { code, stdout } = await run("bench", ["--help"], { cwd });
  assertEquals(code, 0);
  for (const flag of ["--backend B", "--cell CELL", "--baseline FILE", "--out FILE", "--json"]) {
    assert(stdout.includes(flag));
  }
});

Deno.test({
  name: "bench ends with 130 on Ctrl-C, with no rows and no file",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const before = filesIn(cwd);
    await using process = start("bench", ["--backend=wasm", "--out=rows-to-be.csv"], { cwd });
    const said = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes("Timing on wasm, ");) text += (await said.read()).value ?? "";
    process.kill("SIGINT");
    while (!(await said.read()).done);
    const stdout = await new Response(process.stdout).text();
    assertEquals([(await process.status).code, stdout, filesIn(cwd)], [130, "", before]);
  },
});
