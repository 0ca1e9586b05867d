// Which runs a sweep consists of.
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { RunError, UsageError } from "../../mod.ts";
import { lineOf } from "../../lib/cli/sentence.ts";
import { expandGrid, loadGrid } from "../../lib/sweep/grid.ts";
import { planRuns } from "../../lib/sweep/plan.ts";
import { columnOf, type Combination, NAMES } from "../../lib/cli/named_settings.ts";
import { parseShard } from "../../lib/sweep/shard.ts";
import { columnsOf } from "../../lib/sweep/table.ts";
import { emptyDirectory } from "../support/process.ts";

const expand = (grid: unknown) => expandGrid(grid, "grid.json");

Deno.test("expandGrid() yields every combination, the first setting changing slowest", () => {
  assertEquals(expand({ maps: [24, 32], dropout: [0, 0.1, "3e-1"] }), [
    { maps: "24", dropout: "0" },
    { maps: "24", dropout: "0.1" },
    { maps: "24", dropout: "0.3" },
    { maps: "32", dropout: "0" },
    { maps: "32", dropout: "0.1" },
    { maps: "32", dropout: "0.3" },
  ]);
  assertEquals(expand({}), [{}]);
});

Deno.test("expandGrid() yields the union of a list, such as all on and each one off", () => {
  assertEquals(expand([{}, { dropout: [0] }, { saturation_weight: [0], carry_share: [0] }]), [
    {},
    { dropout: "0" },
    { saturation_weight: "0", carry_share: "0" },
  ]);
});

Deno.test("expandGrid() takes every kind of setting", () => {
  const grid = {
    problem: ["badd", "mul"],
    preset: ["paper"],
    bins: [[8, 12], [], "none"],
    saturation_of_embedding: [true],
    schedule: ["cosine"],
    ...{ steps: [100], attempts: [3], backend: ["wasm"], workers: ["auto"], checkpoint_every: [50] },
  };
  const settings = expand(grid);
  assertEquals(settings.length, 6);
  assertEquals(settings.slice(0, 3).map(({ bins }) => bins), ["8,12", "none", "none"]);
  assertEquals(settings[5], {
    problem: "mul",
    preset: "paper",
    bins: "none",
    saturation_of_embedding: "true",
    schedule: "cosine",
    ...{ steps: "100", attempts: "3", backend: "wasm", workers: "auto", checkpoint_every: "50" },
  });
});

Deno.test("expandGrid() refuses what is no grid in one line", () => {
  const refused: [grid: unknown, message: string][] = [
    [[], "Cannot use grid.json: it is an empty list, expected one object at least"],
    [24, "Cannot use grid.json: it holds 24, expected an object of setting and array of values"],
    [[[]], "Cannot use grid.json: it holds [], expected an object of setting and array of values"],
    [{ maps: 24 }, "Cannot use grid.json: maps is 24, expected an array of values"],
    [{ maps: [] }, "Cannot use grid.json: maps is [], expected an array of values"],
    [{ map: [24] }, 'Cannot use grid.json: there is no setting "map", did you mean maps'],
    [{ seeds: [1] }, 'Cannot use grid.json: it holds "seeds", expected seeds by --seeds'],
    [{ maps: [24, 0] }, "Cannot use grid.json: maps holds 0, expected a whole number from 1 to 4096"],
    [{ maps: [null] }, "Cannot use grid.json: maps holds null, expected a whole number from 1 to 4096"],
    [
      { preset: ["best"] },
      'Cannot use grid.json: preset holds "best", expected default or diagonal or paper',
    ],
    [{ dropout: [null] }, "Cannot use grid.json: dropout holds null, expected a number from 0 to "],
    [
      { steps: [0] },
      "Cannot use grid.json: steps holds 0, expected a whole number from 1 to 9007199254740991",
    ],
    // A file of data is not to say which code runs.
    ...["./mine.ts", "https://example.com/mine.ts", "data:text/javascript,0", "toString"].map((
      problem,
    ): [unknown, string] => [
      { problem: [problem] },
      `Cannot use grid.json: problem holds "${problem}", expected a name that generate --list prints, such as ` +
      "badd, bmul, add, mul, copy, reverse, duplicate, sort; a module is named by --problem on the command line",
    ]),
    // A name that is like none gets no guess.
    [
      { data: ["mine.csv"] },
      'Cannot use grid.json: there is no setting "data", expected a setting such as problem, maps or dropout',
    ],
    // Values have the type of their setting.
    [{ maps: [[6]] }, "Cannot use grid.json: maps holds [6], expected a whole number from 1 to 4096"],
    [
      { problem: [["copy"]] },
      'Cannot use grid.json: problem holds ["copy"], expected a name that generate --list prints, ',
    ],
    [{ preset: [["paper"]] }, 'Cannot use grid.json: preset holds ["paper"], expected default or '],
    [{ steps: [[5]] }, "Cannot use grid.json: steps holds [5], expected a whole number from 1 to "],
    [{ bins: [9] }, "Cannot use grid.json: bins holds 9, expected whole numbers from 3 to "],
    [{ bins: [["9"]] }, 'Cannot use grid.json: bins holds ["9"], expected whole numbers from 3 to '],
    // What they hold is shown in one short line.
    [{ ["\n\x1b[31merror: x"]: [1] }, 'there is no setting "\\n\\u001b[31merror: x", expected a setting'],
    [{ ["x".repeat(1e6)]: [1] }, `there is no setting "${"x".repeat(60)}…", expected a setting`],
    [{ maps: ["\x1b[2J"] }, 'maps holds "\\u001b[2J", expected a whole number'],
    [{ maps: "8".repeat(1e6) }, `maps is "${"8".repeat(60)}…", expected an array of values`],
    [{ bins: [Array(1e5).fill(8)] }, `bins holds [${"8,".repeat(29)}8…, expected at most 1000 characters`],
    [{ bins: [[[8, 12]]] }, "bins holds [[8,12]], expected whole numbers from 3 to "],
    [{ maps: [nested(1e5)] }, `maps holds ${"[".repeat(60)}…, expected a whole number`],
    [nested(1e5), `it holds ${"[".repeat(60)}…, expected an object of setting and array of values`],
  ];
  for (const [grid, message] of refused) {
    const line = lineOf(assertThrows(() => expand(grid), UsageError));
    assertStringIncludes(line, message);
    assert(line.length < 400);
  }
});

function nested(depth: number): unknown {
  return JSON.parse("[".repeat(depth) + "]".repeat(depth));
}

Deno.test("expandGrid() refuses more combinations than anybody could run, at once", () => {
  const start = performance.now();
  const two = { maps: numbers(2000), steps: numbers(2000) };
  assertThrows(
    () => expand(two),
    UsageError,
    "grid.json: it stands for 4000000 combinations, expected at most 10000",
  );
  const list = [...Array(10_000).fill({}), { maps: [24] }];
  assertThrows(() => expand(list), UsageError, "it stands for 10001 combinations, expected at most 10000");
  assertEquals(expand({ maps: numbers(100), steps: numbers(100) }).length, 10_000);
  assert(performance.now() - start < 2000);
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

Deno.test("loadGrid() reads regular files of a size that a grid may have", async () => {
  const directory = emptyDirectory();
  await Deno.writeTextFile(`${directory}/large.json`, "[" + "{},".repeat(400_000) + "{}]");
  await Deno.writeTextFile(`${directory}/nul.json`, "\0".repeat(1000));
  await assertRejects(
    () => loadGrid(`${directory}/large.json`),
    RunError,
    `Cannot read ${directory}/large.json: it has 1,200,004 bytes, expected at most 1,000,000`,
  );
  await assertRejects(() => loadGrid(`${directory}/nul.json`), UsageError, "expected JSON");
  await assertRejects(() => loadGrid(directory), RunError, `Cannot read ${directory}: it is a directory`);
  if (Deno.build.os === "windows") return;
  await assertRejects(() => loadGrid("/dev/zero"), RunError, "it is no regular file, expected one");
});

Deno.test("parseShard() takes I/N with I from 1 to N", () => {
  assertEquals(parseShard("2/4"), { index: 2, count: 4 });
  for (const text of ["", "/10", "0/4", "5/4", "1/0", "1", "1/2/3", "a/b", "1.5/2"]) {
    assertThrows(() => parseShard(text), UsageError, `Cannot use shard ${text}: expected I/N`);
  }
});

const grid: Combination[] = [{}, { dropout: "0" }, { maps: "12" }];

Deno.test("planRuns() tries every combination with the first seed, then with the second", async () => {
  const fixed = { problem: "copy", batch_size: "8", workers: "1" };
  const { columns, suites, runs } = await planRuns({ grid, fixed, seeds: [1, 2] });
  assertEquals(columns, ["problem", "preset", "maps", "batch_size", "dropout"]);
  assertEquals(suites, ["random", "carry"]);
  assertEquals(runs.map(({ id }) => id), [
    "copy-default-batch_size=8-s1",
    "copy-default-dropout=0-batch_size=8-s1",
    "copy-default-maps=12-batch_size=8-s1",
    "copy-default-batch_size=8-s2",
    "copy-default-dropout=0-batch_size=8-s2",
    "copy-default-maps=12-batch_size=8-s2",
  ]);
  const run = runs[1]!;
  const own = { problem: "copy", preset: "default", batch_size: "8", dropout: "0" };
  assertEquals(run.combination, { ...own, attempts: "1", workers: "1" });
  // What was not given is what the preset says.
  const { maps, ...cells } = run.cells;
  assertEquals(cells, own);
  assert(Number(maps) > 0);
});

Deno.test("planRuns() takes a combination once, however it is written", async () => {
  const [first] = (await planRuns({ grid: [{}], fixed: {}, seeds: [1] })).runs;
  const [maps] = (await planRuns({ grid: [{ maps: "12" }, {}], fixed: {}, seeds: [1] })).runs.slice(1);
  assertEquals(first!.id, maps!.id); // an id does not depend on the rest of the grid
  const twice = [{ maps: "12" }, { maps: maps!.cells.maps! }, {}];
  const { runs } = await planRuns({ grid: twice, fixed: {}, seeds: [1, 2] });
  assertEquals(runs.map(({ cells }) => cells.maps), ["12", maps!.cells.maps, "12", maps!.cells.maps]);
});

Deno.test("planRuns() gives every run to one shard, and every shard the same columns", async () => {
  for (const count of [1, 2, 3, 4, 7]) {
    const seeds = [1, 2, 3, 4];
    const whole = await planRuns({ grid, fixed: {}, seeds });
    const parts = await Promise.all(
      Array.from(
        { length: count },
        (_, i) => planRuns({ grid, fixed: {}, seeds, shard: { index: i + 1, count } }),
      ),
    );
    const ids = parts.flatMap(({ runs }) => runs.map(({ id }) => id));
    assertEquals(ids.sort(), whole.runs.map(({ id }) => id).sort());
    const sizes = parts.map(({ runs }) => runs.length);
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1);
    // The seeds of a combination take about as long: so they are spread as evenly.
    for (const combination of new Set(whole.runs.map(({ cells }) => JSON.stringify(cells)))) {
      const own = parts.map(({ runs }) =>
        runs.filter(({ cells }) => JSON.stringify(cells) === combination).length
      );
      assert(Math.max(...own) - Math.min(...own) <= 1, `${combination} in ${count} shards: ${own}`);
    }
    for (const { columns, suites } of parts) assertEquals([columns, suites], [whole.columns, whole.suites]);
  }
});

Deno.test("planRuns() plans 100,000 runs quickly, and refuses more", async () => {
  const grid = expand({ maps: numbers(100), steps: numbers(100) });
  const start = performance.now();
  assertEquals((await planRuns({ grid, fixed: {}, seeds: numbers(10) })).runs.length, 100_000);
  assert(performance.now() - start < 5000);
  await assertRejects(
    () => planRuns({ grid, fixed: {}, seeds: numbers(11) }),
    UsageError,
    "Cannot plan 10000 combinations with 11 seeds: they are 110000 runs, expected at most 100000",
  );
});

Deno.test("planRuns() names runs so that a directory may have the name", async () => {
  const long = { bins: Array.from({ length: 60 }, (_, i) => i + 3).join(",") };
  // These differ in nothing that a name may have.
  const majority = [
    "./tests/support/majority.ts",
    "tests/support/majority.ts",
    "./tests//support/majority.ts",
  ];
  const { runs } = await planRuns({
    grid: [
      { bins: "8,12" },
      ...[long, { ...long, maps: "12" }],
      ...majority.map((problem) => ({ problem, bins: "8,12" })),
    ],
    fixed: { max_size: "8" },
    seeds: [1],
  });
  const ids = runs.map(({ id }) => id);
  assert(ids.every((id) => /^\w[\w.=+-]{0,150}$/.test(id)), ids.join());
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(ids[0], "badd-default-bins=8+12-max_size=8-s1");
  assertMatch(ids[3]!, /^tests_support_majority\.ts-default-bins=8\+12-max_size=8-[0-9a-f]{16}-s1$/);
  await assertRejects(
    () => planRuns({ grid: [{ problem: "sum" }], fixed: {}, seeds: [1] }),
    UsageError,
    'Cannot use problem "sum"',
  );
});

Deno.test("no setting's column has the name of another column", () => {
  const columns = columnsOf(NAMES.map(columnOf), ["random", "carry"]);
  assertEquals(new Set(columns).size, columns.length);
});
