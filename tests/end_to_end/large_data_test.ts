// Datasets of a million rows: what is refused, what stays the same, and that an interruption is heard of.
import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { loadDataset, problems, type Row, RunError } from "../../mod.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import { expectedReport } from "../../lib/evaluation/expected_report.ts";
import { dataSource } from "../../lib/training/examples/source.ts";
import { runConfig } from "../../lib/training/run/run_config.ts";
import { emptyDirectory } from "../support/process.ts";
import { untrained } from "../support/untrained.ts";
import { within } from "../support/within.ts";

const cwd = emptyDirectory();
const copy = problems.copy!;
const model = untrained(copy, 1, { maps: 4 });
const models = [{ model, name: "it" }];

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const input = i.toString(2);
    return { problem: "copy", size: input.length, input, target: input };
  });
}

const expected = (rows: Row[], signal?: AbortSignal) =>
  expectedReport({ models, rows, signal }, { json: false, failures: undefined });

const source = (rows: Row[], signal?: AbortSignal) => dataSource(copy, rows, undefined, 99, signal);

const config = async (rows: Row[], signal?: AbortSignal) =>
  await runConfig(
    { data: { problem: copy, rows }, seed: 1, preset: "default", signal },
    ...[copy, model.configuration, await startBackend("cpu")] as const,
  );

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

Deno.test("a dataset has a million rows at most", async () => {
  const path = `${cwd}/million.csv`;
  await Deno.writeTextFile(path, "problem,size,input,target\n" + "copy,1,0,0\n".repeat(1_000_001));
  assertEquals(
    (await assertRejects(() => loadDataset(path), RunError)).message,
    `Cannot read ${path}, line 1000002: it has more than 1,000,000 rows, expected at most that many`,
  );
});

Deno.test("digests of rows are those of the whole text, of many rows too", async () => {
  for (const count of [1, 20_000]) {
    const rows = rowsOf(count);
    assertEquals((await expected(rows)).setup.data, sha256(JSON.stringify(rows)).slice(0, 8));
    const text = rows.map(({ size, input, target }) => `${size},${input},${target}\n`).join("");
    assertEquals((await config(rows)).identity.data, sha256(text));
  }
});

Deno.test("an interruption is heard of while rows are sorted and hashed", async () => {
  const text = "01".repeat(50);
  const rows: Row[] = Array(1_000_000).fill({ problem: "copy", size: 99, input: text, target: text });
  for (const work of [expected, source, config]) {
    await within(0.7, async () => {
      const reason = new Error("Enough");
      const controller = new AbortController();
      let abortedAt = Infinity;
      setTimeout(() => {
        abortedAt = performance.now();
        controller.abort(reason);
      }, 0);
      const thrown = await work(rows, controller.signal).then(() => undefined, (thrown) => thrown);
      assertEquals(thrown, reason, work.name);
      return (performance.now() - abortedAt) / 1000;
    });
  }
});
