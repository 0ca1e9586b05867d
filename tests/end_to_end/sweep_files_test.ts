// The files of a sweep, and what it refuses.
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../mod.ts";
import { parseArguments } from "../../lib/cli/arguments.ts";
import { lineOf } from "../../lib/cli/sentence.ts";
import { Progress } from "../../lib/cli/progress.ts";
import { columnsOf } from "../../lib/sweep/table.ts";
import { command } from "../../tasks/sweep.ts";
import { assertRefused, filesIn } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";
import { cwd, read, runsIn, sweep, tiny } from "../support/sweeps.ts";

await Deno.writeTextFile(`${cwd}/width.json`, '{ "width": [1, 4] }');

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("shards share the runs of a sweep, and merged they are the whole", async () => {
  const args = ["--seeds=1..3", "--dir=parts", ...tiny];
  const whole = await sweep(...args, "--out=whole.csv", "--summary=whole-summary.csv", "--quiet");
  assertEquals([whole.code, whole.stderr], [0, ""]);
  // What its runs tell is in their logs all the same.
  for (const name of runsIn("parts")) {
    assertMatch(await read(`parts/${name}/log.txt`), /\nNot solved after 2 steps/);
  }
  for (const shard of ["1/2", "2/2"]) {
    // Its runs are finished already: what they came to is only looked up.
    const { code, stderr } = await sweep(...args, `--shard=${shard}`);
    assertEquals(code, 0, stderr);
  }
  assertEquals(filesIn(`${cwd}/parts`).filter((name) => !name.startsWith("copy")), [
    ...["results-1of2.csv", "results-2of2.csv"],
  ]);
  assertEquals(
    ["1of2", "2of2"].map((part) =>
      parseRows(Deno.readTextFileSync(`${cwd}/parts/results-${part}.csv`)).length
    ),
    [2, 1],
  );
  const files = ["parts/results-2of2.csv", "parts/results-1of2.csv"];
  const merged = await sweep("--merge", ...files, "--out=merged/all.csv");
  assertRefused(merged, 1, /^Cannot write merged\/all\.csv: its directory does not exist$/);
  const { code, stdout, stderr } = await sweep("--merge", ...files, "--out=parts/all.csv");
  assertEquals([code, stdout], [0, ""], stderr);
  assertEquals((await read("parts/all.csv")).split("\n").sort(), whole.stdout.split("\n").sort());
  assertEquals(await read("parts/summary.csv"), await read("whole-summary.csv"));
  assertEquals((await sweep("--merge=whole.csv")).stdout, whole.stdout);
});

Deno.test("sweep refuses a file of other columns, and one that another sweep is writing", async () => {
  const other = await sweep("--seeds=1", "--dir=parts", ...tiny, "--dropout=0", "--out=whole.csv");
  assertRefused(
    other,
    2,
    /^Cannot go on with whole\.csv: its column \d+ is "[a-z_]+", expected "dropout" or another --out$/,
  );
  await Deno.writeTextFile(`${cwd}/notes.txt`, "Not a table");
  const alien = await sweep("--seeds=1", "--dir=parts", ...tiny, "--out=notes.txt");
  assertRefused(
    alien,
    1,
    /^Cannot read notes\.txt: it is no table of a sweep, expected columns run, problem, /,
  );
  assertEquals(await read("notes.txt"), "Not a table");
  assertEquals(filesIn(cwd).filter((name) => name.endsWith(".lock")), []);
  using lock = await Deno.open(`${cwd}/whole.csv.lock`, { write: true, create: true });
  await lock.lock(true);
  const second = await sweep("--seeds=1", "--dir=parts", ...tiny, "--out=whole.csv");
  assertRefused(second, 1, "Cannot write whole.csv: another sweep is writing it");
});

Deno.test("sweep refuses wrong usage in one line with status 2", async () => {
  await Deno.writeTextFile(`${cwd}/broken.json`, '{\n  "maps": [8,\n}\n');
  const seeds = "--seeds=1..2";
  const misuses: [args: string[], message: string][] = [
    [[], "Missing --grid or --seeds: expected a grid file, or seeds such as 1..10, or both"],
    [["grid.json", seeds], 'Cannot use argument "grid.json": expected flags only'],
    [["--seeds=0..x"], "Cannot use --seeds 0..x: expected N, N,N or A..B with whole numbers from 0 to "],
    [[seeds, "--jobs=0"], "Cannot use --jobs 0: expected a whole number from 1 to 1000"],
    [[seeds, "--shard=/10"], "Cannot use --shard /10: expected I/N with I from 1 to N, such as 2/4"],
    [[seeds, "--fail-under=2"], "Cannot use --fail-under 2: expected a number from 0 to 1"],
    [[seeds, "--maps=0"], "Cannot use --maps 0: expected a whole number from 1 to 4096"],
    [[seeds, "--problem=sum"], 'Cannot use --problem "sum": expected '],
    [[seeds, "--preset=best"], "Cannot use --preset best: expected default or "],
    [[seeds, "--backend=gpu"], "Cannot use --backend gpu: expected one of "],
    [[`--grid=${cwd}/broken.json`], `Cannot use ${cwd}/broken.json: `],
    [
      [seeds, "--out=summary.csv"],
      "Cannot write the rows to summary.csv: the summary goes there, expected another --out or --summary",
    ],
    [[seeds, "--out=a.csv", "--summary=./a.csv"], "Cannot write the rows to a.csv: the summary goes there"],
    [
      [seeds, "--dir=a", "--summary=a/results.csv"],
      "Cannot write the rows to a/results.csv: the summary goes ",
    ],
    [
      ["--merge=whole.csv", "--out=summary.csv"],
      "Cannot write the rows to summary.csv: the summary goes there",
    ],
    [
      [`--grid=${cwd}/width.json`, "--width=1"],
      "Cannot use --width with a grid that has width: expected one of them",
    ],
    [["--merge=whole.csv", seeds], "Cannot use --seeds with --merge: expected one of them"],
    [["--merge=whole.csv", "--maps=4"], "Cannot use --maps with --merge: expected one of them"],
  ];
  const context = {
    progress: new Progress({ quiet: true }),
    listenForSignals: () => Promise.resolve(new AbortController().signal),
  };
  for (const [args, message] of misuses) {
    const parsed = parseArguments(args, command.flags, command.operands);
    const refused = await assertRejects(() => Promise.resolve(command.run(parsed, context)), UsageError);
    assertStringIncludes(lineOf(refused), message);
  }
  const before = filesIn(cwd);
  assertRefused(await sweep("--grid=width.json", "--width=1"), 2, /^Cannot use --width with a grid/);
  assertRefused(await sweep("--grid=broken.json"), 2, /^Cannot use broken\.json: .*, expected JSON$/);
  assertRefused(await sweep("--grid=none.json"), 1, "Cannot read none.json: no such file or directory");
  assertEquals(filesIn(cwd), before);
});

Deno.test("a table without rows stops no sweep, whatever its columns", async () => {
  const lone = ["--seeds=1", "--dir=lone", ...tiny];
  await Deno.mkdir(`${cwd}/lone`);
  const header = columnsOf(["problem", "preset", "relaxation_pull"], ["random"]).join();
  await Deno.writeTextFile(`${cwd}/lone/results.csv`, header + "\ncopy-default,"); // and a row that was torn off
  const { code, stdout, stderr } = await sweep(...lone);
  assertEquals(code, 0, stderr);
  assertEquals(parseRows(stdout).map(({ status }) => status), ["not solved"]);
  assertEquals(stdout, await read("lone/results.csv"));
});

Deno.test("sweep writes no log through a link that leads out of the run's directory", unix, async () => {
  const args = ["--seeds=1", "--dir=linked", ...tiny];
  assertEquals((await sweep(...args)).code, 0);
  const run = `${cwd}/linked/${runsIn("linked")[0]}`;
  for (const path of [`${cwd}/linked/results.csv`, `${run}/log.txt`]) await Deno.remove(path);
  await Deno.writeTextFile(`${cwd}/precious.txt`, "precious");
  const refused = async (target: string) => {
    await Deno.symlink(target, `${run}/log.txt`);
    const { code, stderr } = await sweep(...args);
    assertEquals(code, 1, stderr);
    assertMatch(
      stderr,
      /\nerror: Cannot write linked\/[^\n]+\/log\.txt: it is a symbolic link that leads out of [^\n]+\n$/,
    );
    await Deno.remove(`${run}/log.txt`);
  };
  await refused(`${cwd}/precious.txt`);
  await refused("../nothing.txt");
  assertEquals(await read("precious.txt"), "precious");
  assert(!filesIn(`${cwd}/linked`).includes("nothing.txt"));
  await Deno.mkdir(`${run}/log.txt`);
  assertMatch(
    (await sweep(...args)).stderr,
    /\nerror: Cannot write [^\n]+: it is a directory\n$/,
  );
  await Deno.remove(`${run}/log.txt`);

  // Where a whole run is kept is the user's own business.
  await Deno.mkdir(`${cwd}/elsewhere`);
  await Deno.remove(run, { recursive: true });
  await Deno.symlink("../elsewhere", run);
  const { code, stderr } = await sweep(...args);
  assertEquals(code, 0, stderr);
  assertMatch(await read("elsewhere/log.txt"), /Not solved after 2 steps/);
});
