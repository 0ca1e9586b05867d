// The sweep command as a process of its own, with runs as children of it.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { certifiedSize, loadModel } from "../../mod.ts";
import { filesIn, root } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";
import { cwd, quick, read, sweep, tiny } from "../support/sweeps.ts";

const settings = (row: Record<string, string>) => `${row.width}/${row.seed}`;

await Deno.writeTextFile(`${cwd}/width.json`, '{ "width": [1, 4] }');

Deno.test("sweep trains every combination with every seed, and what fails is a row that says so", async () => {
  const args = ["--grid=width.json", "--seeds=1..2", "--jobs=2", ...quick];
  const { code, stdout, stderr } = await sweep(...args);
  assertEquals(code, 0, stderr);
  const directory = "runs/sweep-width";
  assertEquals(stdout, await read(`${directory}/results.csv`));
  assertEquals(filesIn(`${cwd}/${directory}`).slice(-2), ["results.csv", "summary.csv"]);
  const rows = parseRows(stdout).sort((a, b) => settings(a) < settings(b) ? -1 : 1);
  assertEquals(rows.map(settings), ["1/1", "1/2", "4/1", "4/2"]);
  for (const row of rows.slice(0, 2)) {
    assertEquals([row.problem, row.preset, row.maps, row.status, row.message], [
      ...["copy", "default", "6", "solved", ""],
    ]);
    // What the row says is what the run's own files say.
    assertEquals(row.model, `${directory}/${row.run}/model.safetensors`);
    const { results, origin } = await loadModel(`${cwd}/${row.model}`);
    assertEquals([String(origin.steps), String(origin.seed)], [row.steps, row.seed]);
    assertEquals(results.length, 8);
    for (const { suite, size, sequence_accuracy } of results) {
      assertEquals(Number(row[`${suite}_${size / 4}x`]), Number(sequence_accuracy.toFixed(6)));
    }
    assertEquals(row.certified_size, String(certifiedSize(results)));
    const metrics = parseRows(await read(`${directory}/${row.run}/metrics.csv`));
    const fit = metrics.find(({ step }) => step === row.steps_to_fit)!;
    assertEquals(Number(row.seconds_to_fit), Number(Number(fit.seconds).toFixed(3)));
    assertEquals(fit.size, "4");
    assert(Number(row.seconds) > Number(row.seconds_to_fit) && Number(row.steps) >= Number(row.steps_to_fit));
    const config = JSON.parse(await read(`${directory}/${row.run}/config.json`));
    assertEquals([config.run.attempts, config.run.workers], [1, 1]);
    assertMatch(await read(`${directory}/${row.run}/log.txt`), /: 387 parameters on wasm[^]*\nSolved after /);
  }
  for (const row of rows.slice(2)) {
    assertEquals([row.status, row.message], [
      "failed",
      "Cannot use --width 4: expected 1 for the diagonal cell",
    ]);
    assertEquals([row.steps, row.random_1x, row.model], ["", "", ""]);
  }
  const summary = parseRows(await read(`${directory}/summary.csv`));
  assertEquals(
    summary.map(({ width, runs, failed, solved, right_1x }) => [width, runs, failed, solved, right_1x]),
    [
      ["1", "2", "0", "2", "1"],
      ["4", "2", "2", "0", "0"],
    ],
  );
  assertStringIncludes(stderr, "\n4 of 4 · ");
  assertMatch(stderr, /\nwidth +runs +failed +solved +right at 1× .*\n +1 +2 +0 +2 +100% \(34.2% to 100%\)/);
  assertStringIncludes(stderr, `\nA row for each run: ${directory}/results.csv\n`);
  assertStringIncludes(stderr, "\n2 of 4 runs failed: --retry-failed runs them again\n");

  // Rows of runs that were not asked for are summed up too, but not judged.
  await Deno.writeTextFile(`${cwd}/one.json`, '{ "width": [1] }');
  const one = ["--grid=one.json", "--seeds=1..2", `--dir=${directory}`, ...quick];
  const judged = await sweep(...one, "--fail-under=1");
  assertEquals([judged.code, judged.stdout], [0, stdout], judged.stderr);
  assertMatch(judged.stderr, /\n +4 +2 +2 +0 +0\.0% /);
  assert(!judged.stderr.includes("failed: --retry-failed"), judged.stderr);

  // The same command has nothing left to do but what is asked for.
  const log = (row: Record<string, string>) => read(`${directory}/${row.run}/log.txt`);
  const logs = await Promise.all(rows.map(log));
  const again = await sweep(...args, "--fail-under=0.5");
  assertEquals([again.code, again.stdout], [1, stdout], again.stderr);
  const verdict = "Below --fail-under 0.5: 0 of 2 runs with width 4 are solved\n";
  assertStringIncludes(again.stderr, `\n${verdict}`);
  assertEquals((await sweep(...args, "--fail-under=0.5", "--quiet")).stderr, verdict);
  assertEquals(await Promise.all(rows.map(log)), logs);
  const retried = await sweep(...args, "--retry-failed");
  assertEquals(retried.code, 0, retried.stderr);
  assertEquals(parseRows(retried.stdout).length, 4);
  assertEquals(await Promise.all(rows.map(log)), logs.map((text, i) => i < 2 ? text : text + text));
});

Deno.test("a run's fit is where its last attempt was first right, or went on from weights that were, as its log has it", async () => {
  // What the seeds hang on, whatever the preset becomes.
  const pinned = ["--dropout=0.3", "--state-noise-after-mastery=0.09", "--clean-share-after-mastery=0"];
  const args = [
    "--seeds=3,4",
    "--dir=fits",
    "--attempts=3",
    "--jobs=2",
    ...quick.slice(0, -1),
    "--maps=4",
    ...pinned,
  ];
  const { stdout, stderr } = await sweep(...args);
  const rows = parseRows(stdout);
  assertEquals(rows.length, 2, stderr);
  const seen = await Promise.all(rows.map(async ({ run, steps, steps_to_fit }) => {
    const metrics = parseRows(await read(`fits/${run}/metrics.csv`));
    const attempts = metrics.at(-1)!.attempt!;
    const before = Number(metrics.findLast(({ attempt }) => attempt !== attempts)?.step ?? 0);
    const log = await read(`fits/${run}/log.txt`);
    const right = [...log.matchAll(/^step (\d+): validation right 100% at 4\b/gm)].map(([, step]) =>
      Number(step)
    );
    // An attempt from the start has at most size 3 after a window.
    const goesOn = metrics.find(({ attempt }) => attempt === attempts)!.size === "4";
    const fit = goesOn ? before : right.find((step) => step > before);
    assertEquals(Number(steps_to_fit), fit, log);
    return { attempts, early: Number(steps_to_fit) < Number(steps) };
  }));
  // Else it would not show whether the steps of all attempts count, and none after the fit.
  assert(seen.some(({ attempts, early }) => Number(attempts) > 1 && early), JSON.stringify(seen));
});

Deno.test("a line of a driver that looks like an error is none, whether the run is solved or not", async () => {
  await Deno.writeTextFile(
    `${cwd}/noisy.ts`,
    `import { problems } from ${JSON.stringify(`file://${root}/mod.ts`)};
    console.error("error: XDG_RUNTIME_DIR is invalid or not set in the environment.");
    export default { ...problems.copy, name: "noisy" };`,
  );
  const noisy = ["--problem=./noisy.ts", "--seeds=1"];
  for (
    const [dir, settings, status] of [
      ["noisy", tiny.slice(1), "not solved"],
      ["noisy-long", quick.slice(1), "solved"],
    ] as const
  ) {
    const { code, stdout, stderr } = await sweep(...noisy, `--dir=${dir}`, ...settings);
    assertEquals(code, 0, stderr);
    const [row] = parseRows(stdout);
    assertEquals([row!.status, row!.message], [status, ""]);
    assertMatch(await read(`${dir}/${row!.run}/log.txt`), /^error: XDG/m);
  }
});
