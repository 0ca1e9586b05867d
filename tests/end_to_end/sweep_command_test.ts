// The sweep command as a process of its own, with runs as children of it.
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { loadModel, RunError, UsageError } from "../../mod.ts";
import { parseArguments } from "../../lib/cli/arguments.ts";
import { Progress } from "../../lib/cli/progress.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { readOutcome } from "../../lib/sweep/outcome.ts";
import { columnsOf } from "../../lib/sweep/table.ts";
import { command } from "../../tasks/sweep.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  forgetModules,
  type Outcome,
  root,
  run,
  start,
} from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";

const cwd = emptyDirectory();
const tiny = ["--problem=copy", "--backend=wasm", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2"];
/** Learns to copy within a hundred steps or so. */
const quick = [
  ...["--problem=copy", "--backend=wasm", "--max-size=4", "--start-size=1", "--batch-size=16"],
  ...["--steps-after-mastery=20", "--validate-every=16", "--validate-max-multiple=2", "--maps=6"],
];

const sweep = (...args: string[]): Promise<Outcome> => run("sweep", args, { cwd });
const read = (path: string): Promise<string> => Deno.readTextFile(`${cwd}/${path}`);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const until = async (condition: () => boolean) => {
  while (!condition()) await pause(20);
};
const runsIn = (directory: string) =>
  filesIn(`${cwd}/${directory}`).filter((name) => name.startsWith("copy") && !name.endsWith(".lock"));
const settings = (row: Record<string, string>) => `${row.width}/${row.seed}`;

await Deno.writeTextFile(`${cwd}/width.json`, '{ "width": [1, 4] }');

Deno.test("sweep trains every setting with every seed, and what fails is a row that says so", async () => {
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
  assertMatch(stderr, /\nwidth +runs +failed +solved +right at 1× .*\n +1 +2 +0 +2 +100% \(34% to 100%\)/);
  assertStringIncludes(stderr, `\nA row for each run: ${directory}/results.csv\n`);
  assertStringIncludes(stderr, "\n2 of 4 runs failed: --retry-failed runs them again\n");

  // Rows of runs that were not asked for are summed up too, but not judged.
  await Deno.writeTextFile(`${cwd}/one.json`, '{ "width": [1] }');
  const one = ["--grid=one.json", "--seeds=1..2", `--dir=${directory}`, ...quick];
  const judged = await sweep(...one, "--fail-under=1");
  assertEquals([judged.code, judged.stdout], [0, stdout], judged.stderr);
  assertMatch(judged.stderr, /\n +4 +2 +2 +0 +0% /);
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

Deno.test("a sweep that was killed goes on where it stopped, with the run that it was at", async () => {
  await Deno.writeTextFile(`${cwd}/steps.json`, '{ "steps": [2, 300] }');
  const args = ["--grid=steps.json", "--dir=killed", ...quick, "--learning-rate=0.001"];
  const process = start("sweep", [...args, "--checkpoint-every=8"], { cwd });
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let seen = ""; seen.split("\n").length < 3;) seen += (await reader.read()).value; // the header and a row
  const second = () => runsIn("killed").find((name) => name.includes("steps=300"));
  await until(() => second() !== undefined);
  const directory = `${cwd}/killed/${second()}`;
  await until(() => filesIn(directory).includes("checkpoint.safetensors"));
  process.kill("SIGKILL");
  await Promise.all([process.status, process.stderr.cancel(), reader.cancel()]);
  // The child sees that its sweep is no more.
  const size = () => Deno.statSync(`${directory}/metrics.csv`).size;
  for (let before = -1; before !== size();) {
    before = size();
    await pause(500);
  }
  assert(!filesIn(directory).includes("report.csv"));
  const whole = await read("killed/results.csv");
  await Deno.writeTextFile(`${cwd}/killed/results.csv`, whole + 'copy-default,"copy'); // a row that was torn off

  const { code, stdout, stderr } = await sweep(...args);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "killed/results.csv: 2 runs, 1 of them done before\n");
  assert(stdout.startsWith(whole));
  assertEquals(stdout, await read("killed/results.csv"));
  assertEquals(parseRows(stdout).map(({ max_steps, steps }) => [max_steps, steps]), [["2", "2"], [
    "300",
    "300",
  ]]);
  assertMatch(await Deno.readTextFile(`${directory}/log.txt`), /, from step [1-9]/);
  assertEquals(filesIn(`${cwd}/killed`).filter((name) => !name.startsWith("copy")), [
    "results.csv",
    "summary.csv",
  ]);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("a signal ends the children with a checkpoint, another one ends all at once", unix, async () => {
  const begin = async (dir: string, args: string[]) => {
    const process = start("sweep", [...args, `--dir=${dir}`], { cwd });
    const output = process.output();
    const runs = () => runsIn(dir);
    await until(() => filesIn(cwd).includes(dir) && runs().length > 0);
    await until(() => runs().every((name) => filesIn(`${cwd}/${dir}/${name}`).includes("metrics.csv")));
    await pause(500); // now it is at its steps
    return { process, output, runs };
  };
  const slow = [...quick, "--learning-rate=0.001"];
  for (const [signal, status] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    const { process, output, runs } = await begin("interrupted", ["--seeds=1..2", ...slow]);
    process.kill(signal);
    const { code, stdout } = await output;
    assertEquals([code, parseRows(new TextDecoder().decode(stdout))], [status, []]);
    assertEquals(runs().length, 1);
    assert(filesIn(`${cwd}/interrupted/${runs()[0]}`).includes("checkpoint.safetensors"));
  }
  const long = ["--problem=copy", "--backend=wasm", "--start-size=40", "--maps=128", "--batch-size=64"];
  const { process, output, runs } = await begin("ended", ["--seeds=1", "--workers=1", ...long]);
  process.kill("SIGINT"); // a step takes seconds
  await pause(700);
  const second = performance.now();
  process.kill("SIGINT");
  assertEquals((await output).code, 130);
  assert(performance.now() - second < 1000);
  assert(!filesIn(`${cwd}/ended/${runs()[0]}`).includes("checkpoint.safetensors"));
});

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
    await assertRejects(() => Promise.resolve(command.run(parsed, context)), UsageError, message);
  }
  const before = filesIn(cwd);
  assertRefused(await sweep("--grid=width.json", "--width=1"), 2, /^Cannot use --width with a grid/);
  assertRefused(await sweep("--grid=broken.json"), 2, /^Cannot use broken\.json: .*, expected JSON$/);
  assertRefused(await sweep("--grid=none.json"), 1, "Cannot read none.json: no such file or directory");
  assertEquals(filesIn(cwd), before);
});

Deno.test("children may do no more than their sweep, and where it may not run them, one line says so", async () => {
  const script = `${root}/tasks/sweep.ts`;
  const args = ["--seeds=1", "--dir=narrow", ...tiny.filter((arg) => arg !== "--backend=wasm")];
  const narrow = ["--allow-read=narrow", "--allow-write=narrow"];
  const deno = [...narrow, `--allow-run=${Deno.execPath()}`];
  const cpu = await run("", [...args, "--backend=cpu"], { cwd, deno, script });
  assertEquals(parseRows(cpu.stdout).map(({ status }) => status), ["not solved"], cpu.stderr);
  const wasm = await run("", [...args, "--backend=wasm"], { cwd, deno, script });
  assertMatch(parseRows(wasm.stdout).at(-1)!.message!, /--allow-read/);
  const before = filesIn(`${cwd}/narrow`);
  const unable = { cwd, deno: narrow, script };
  const none = await run("", [...args, "--backend=cpu", "--out=narrow/none.csv"], unable);
  assertRefused(none, 1, /^Cannot run [^\n]+, run again with --allow-run$/);
  assertEquals(filesIn(`${cwd}/narrow`), before);
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

Deno.test("readOutcome() refuses a damaged checkpoint in one line", async () => {
  const run = `lone/${runsIn("lone")[0]}`;
  const path = `${cwd}/${run}/checkpoint.safetensors`;
  const file = await decodeSafetensors(await Deno.readFile(path), path);
  const state = JSON.parse(file.metadata.state!);
  const refused: [state: unknown, reason: string][] = [
    [{ ...state, step: "x\x1b[2J" }, 'step is "x\\u001b[2J", expected a number of at least 0'],
    [{ ...state, masteredAt: -1 }, "masteredAt is -1, expected a number of at least 0"],
    [[], "step is undefined, expected a number of at least 0"],
  ];
  for (const [damaged, reason] of refused) {
    const metadata = { ...file.metadata, state: JSON.stringify(damaged) };
    await Deno.writeFile(path, await encodeSafetensors({ ...file, metadata }));
    await assertRejects(() => readOutcome(`${cwd}/${run}`), RunError, `Cannot read ${path}: ${reason}`);
  }
  await Deno.remove(path);
  await Deno.mkdir(path);
  await assertRejects(() => readOutcome(`${cwd}/${run}`), RunError, `${path}: it is a directory`);
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

Deno.test("children may import from where their sweep may, which a problem's own imports need", async () => {
  const serve = (respond: (path: string) => Promise<BodyInit>) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
      const headers = { "content-type": "text/plain" };
      return new Response(await respond(new URL(url).pathname), { headers });
    });
  // By URL, for a toolkit with a deno.lock would note there what the problem imports.
  const toolkit = serve((path) => Deno.readTextFile(root + path));
  const other = serve(() => Promise.resolve("export const answer = (input: string): string => input;"));
  try {
    await Deno.writeTextFile(
      `${cwd}/mine.ts`,
      `import { answer } from "http://127.0.0.1:${other.addr.port}/answer.ts";
const suites = { random: (size: number) => "1".repeat(size) };
export default { name: "ones", title: "Ones", symbols: "1", maxSize: 10, suites, answer };
`,
    );
    const deno = ["--allow-read", "--allow-write", "--allow-run", "--allow-import"];
    const script = `http://127.0.0.1:${toolkit.addr.port}/tasks/sweep.ts`;
    const args = ["--seeds=1", "--dir=imports", ...tiny.slice(2), "--backend=cpu", "--problem=./mine.ts"];
    const { stdout, stderr } = await run("", args, { cwd, deno, script });
    const [row] = parseRows(stdout);
    assert(row?.steps === "2", row?.message ?? stderr);
  } finally {
    for (const server of [toolkit, other]) {
      await server.shutdown();
      await forgetModules(server.addr.port);
    }
  }
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
