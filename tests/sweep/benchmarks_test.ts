// The grids of published experiments in data/benchmarks.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadGrid } from "../../lib/sweep/grid.ts";
import { findPreset, resolve } from "../../lib/model/presets.ts";
import { mistakeIn } from "../../lib/model/check_configuration.ts";
import { findProblem } from "../../lib/problems/mod.ts";
import { filesIn, root } from "../support/process.ts";

const directory = `${root}/data/benchmarks`;
const grids = filesIn(directory).filter((name) => name.endsWith(".json"));

Deno.test("every benchmark is a grid of runs that can be made, and its page tells of each", async () => {
  const page = await Deno.readTextFile(`${directory}/README.md`);
  assertEquals(grids.length, 6);
  for (const name of grids) {
    assertStringIncludes(page, `| \`${name}\` |`);
    const combinations = await loadGrid(`${directory}/${name}`);
    assert(combinations.length > 1, name);
    for (const { problem, preset = "default", max_size } of combinations) {
      const settings = { max_size: Number(max_size) };
      const configuration = resolve(findPreset(preset), findProblem(problem!)!, settings);
      assertEquals(mistakeIn(configuration), undefined, `${name}: ${problem}`);
    }
  }
});

Deno.test("the benchmark of the Chomsky hierarchy has all of its 15 problems", async () => {
  const combinations = await loadGrid(`${directory}/chomsky.json`);
  const families = combinations.map(({ problem }) => findProblem(problem!)!.about!.family);
  assertEquals([families.length, ...new Set(families)], [15, "Chomsky hierarchy"]);
});
