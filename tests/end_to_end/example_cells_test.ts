// The cells in data/cells: each loads and trains, and is told of.
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Cell } from "../../lib/cells/cell.ts";
import { loadCell } from "../../lib/cells/load.ts";
import { problems, train } from "../../mod.ts";
import { filesIn, root } from "../support/process.ts";

const names = filesIn(`${root}/data/cells`);

for (const name of names) {
  Deno.test(`data/cells/${name} trains`, async () => {
    const cell = await loadCell(`${root}/data/cells/${name}`) as Cell;
    assertEquals(`${cell.name}.ts`, name);
    const parametersAfter = async (steps: number) => {
      const { model } = await train({
        problem: problems.copy!,
        configuration: { cell, max_size: 2, maps: 6, batch_size: 4 },
        ...{ steps, attempts: 1, backend: "wasm", workers: 1 },
      });
      assertEquals(model.configuration.cell, cell);
      return model.parameters;
    };
    const [after, before] = [await parametersAfter(2), await parametersAfter(1)];
    assert(after.every(Number.isFinite));
    assertNotEquals(after, before);
  });
}

Deno.test("data/README.md and docs/cells.md tell of every example", async () => {
  const [table, page] = await Promise.all(
    ["data/README.md", "docs/cells.md"].map((path) => Deno.readTextFile(`${root}/${path}`)),
  );
  assertEquals(table!.match(/^\| \w+\.ts(?= )/gm)!.map((row) => row.slice(2)).sort(), names);
  for (const name of names) assert(page!.includes(`(../data/cells/${name})`), name);
});
