// To change what the diagonal cell computes, on every engine and with its gradient, one file is enough.
import { assert, assertNotEquals } from "@std/assert";
import { difference } from "../support/case.ts";
import { emptyDirectory, root, run } from "../support/process.ts";
import type { Report } from "./changed_formula/report.ts";

const copy = emptyDirectory();

/** Copies what the report needs of the tree. */
async function copyTree(path: string): Promise<void> {
  const { isDirectory } = await Deno.stat(`${root}/${path}`);
  if (!isDirectory) return await Deno.copyFile(`${root}/${path}`, `${copy}/${path}`);
  await Deno.mkdir(`${copy}/${path}`, { recursive: true });
  for await (const { name } of Deno.readDir(`${root}/${path}`)) await copyTree(`${path}/${name}`);
}

async function reportOf(tree: string): Promise<Report> {
  const deno = ["--config", `${tree}/deno.json`, "--no-check", "--allow-read", "--allow-env"];
  const script = `${tree}/tests/end_to_end/changed_formula/report.ts`;
  const { code, stdout, stderr } = await run("", [], { cwd: tree, deno, script });
  assert(code === 0, stderr);
  return JSON.parse(stdout);
}

/** Asserts that all engines have computed what the formulas say. */
function assertAgrees({ engines, formulas: { state, cost, slopes } }: Report): void {
  for (const [engine, [ownState, ownCost, , gradient]] of Object.entries(engines)) {
    assert(difference(ownState!, state) < 1e-5, `the state of ${engine}`);
    assert(difference(ownCost!, [cost]) < 1e-5, `the cost of ${engine}`);
    const found = slopes.map(([parameter]) => gradient![parameter]!);
    assert(difference(found, slopes.map(([, slope]) => slope)) < 1e-4, `the gradient of ${engine}`);
  }
}

Deno.test("a changed line of diagonal.ts changes every engine, and all of them agree with it", async () => {
  for (
    const path of [
      "deno.json",
      "deno.lock",
      "mod.ts",
      "lib",
      "tests/support",
      "tests/end_to_end/changed_formula",
    ]
  ) {
    await copyTree(path);
  }
  const path = `${copy}/lib/cells/diagonal.ts`;
  const text = await Deno.readTextFile(path);
  const changed = text.replace('g: "clamp(0.5 * gate + 0.5, 0, 1)"', 'g: "clamp(0.2 * gate + 0.5, 0, 1)"');
  assertNotEquals(changed, text);
  await Deno.writeTextFile(path, changed);

  const [before, after] = await Promise.all([root, copy].map(reportOf));
  assertAgrees(before!);
  assertAgrees(after!);
  for (const engine of Object.keys(before!.engines)) {
    assert(difference(after!.engines[engine]![0]!, before!.engines[engine]![0]!) > 0.01, engine);
  }
});
