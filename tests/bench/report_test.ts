import { assert, assertEquals, assertRejects } from "@std/assert";
import { BENCH_HEADER, benchJson, benchLine, loadBenchmark } from "../../lib/bench/report.ts";
import { RunError } from "../../lib/errors.ts";
import { row } from "../support/benchmark.ts";
import { emptyDirectory } from "../support/process.ts";

const cwd = emptyDirectory();
const header = "variant,preset,backend,adapter,maps,size,batch,phase,median_ms,min_ms,max_ms,gflops,gpu_ms\n";

Deno.test("loadBenchmark() reads what benchLine() writes, with either line end", async () => {
  const rows = [
    row(),
    row({ variant: "fused", phase: "backward", median_ms: 0, gflops: 0, gpu_ms: undefined }),
  ];
  assertEquals(BENCH_HEADER, header);
  assertEquals(benchLine(rows[0]!), 'tape,default,wasm,"one, or another",3,1,2,step,8,7.5,1e-7,2,0.5\n');
  const text = BENCH_HEADER + rows.map(benchLine).join("");
  for (const written of [text, text.replaceAll("\n", "\r\n")]) {
    await Deno.writeTextFile(`${cwd}/rows.csv`, written);
    assertEquals(await loadBenchmark(`${cwd}/rows.csv`), rows);
  }
});

Deno.test("the rows of another cell name it in their preset, in CSV and in JSON", () => {
  const { cell: _, ...shown } = row({ preset: "default+cgru" });
  const rows = [row({ cell: "cgru" })];
  assertEquals(benchLine(rows[0]!), benchLine(shown));
  assertEquals(JSON.parse(benchJson(rows)), [shown]);
  assertEquals(Object.keys(JSON.parse(benchJson(rows))[0]).join() + "\n", header);
});

Deno.test("loadBenchmark() refuses what is not a benchmark", async () => {
  const path = `${cwd}/not.csv`;
  const line = benchLine(row());
  for (
    const [text, reason] of [
      ["", "its first line is not variant,"],
      ["a,b\n1,2\n", "its first line is not variant,"],
      [header, "it has no rows"],
      [header + line + line.replace("step", "stop"), "its row 2 is not one of a benchmark"],
      [header + line.replace(",8,", ",eight,"), "its row 1 is not one of a benchmark"],
      [header + line.replace(",8,", ",,"), "its row 1 is not one of a benchmark"],
      [header + line.slice(0, -5), "its row 1 is not one of a benchmark"],
    ] as const
  ) {
    await Deno.writeTextFile(path, text);
    const { message } = await assertRejects(() => loadBenchmark(path), RunError);
    assert(message.startsWith(`Cannot read ${path} as a benchmark: ${reason}`), message);
    assert(!message.includes("\n"), message);
  }
  await Deno.writeTextFile(path, header + line.replace('other"', "other"));
  await assertRejects(() => loadBenchmark(path), RunError, `Cannot read ${path}: a quote is not closed`);
});
