// The toolkit as others get it: by URL, in an empty directory without deno.json, with the least permissions that do.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../mod.ts";
import { onesModule } from "../support/ones.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  forgetModules,
  type Outcome,
  outcomeOf,
  root,
  run,
  start,
} from "../support/process.ts";

const cwd = emptyDirectory();
const asked = new Set<string>();
// As text, which is how raw files are served.
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
  const { pathname } = new URL(request.url);
  asked.add(pathname);
  const path = pathname.startsWith("/runs/") ? cwd + pathname : root + pathname.replace(/^\/crippled\//, "/");
  const bytes = pathname === "/crippled/lib/engine/workers/worker.ts"
    ? undefined
    : await Deno.readFile(path).catch(() => undefined);
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return bytes === undefined ? new Response("", { status: 404 }) : new Response(bytes, { headers });
});
server.unref();
const host = `127.0.0.1:${server.addr.port}`;

Deno.test.afterAll(() => forgetModules(server.addr.port));

const remote = (permissions: string[], path: string, ...args: string[]): Promise<Outcome> =>
  run("", args, { cwd, deno: permissions, script: `http://${host}/${path}` });

const tiny = ["--problem=copy", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2"];

Deno.test("by URL, what only prints needs no permission", async () => {
  const args = ["--problem=badd", "--size=1..3", "--count=2"];
  const local = await run("generate", args);
  assertEquals(local.stdout.split("\n").length, 8);
  assertEquals(await remote([], "mod.ts", "generate", ...args), local);
  assertEquals(await remote([], "tasks/generate.ts", ...args), local);
  assertMatch((await remote([], "mod.ts", "--version")).stdout, new RegExp(`^neural-gpu ${VERSION}\n`));
  assertMatch((await remote([], "mod.ts", "train", "--help")).stdout, /^Usage: train /);
  for (const command of ["train", "evaluate", "predict", "solve", "plot", "extract", "sweep", "bench"]) {
    assertMatch(
      (await remote([], `tasks/${command}.ts`, "--help")).stdout,
      new RegExp(`^Usage: ${command} `),
    );
  }
  assertRefused(
    await remote([], "mod.ts", "trian"),
    2,
    /^Unknown command "trian": expected generate, train, /,
  );
  assertEquals(filesIn(cwd), []);
});

Deno.test("by URL, files need permission for their directories, and no backend needs any", async () => {
  const runs = ["--allow-read=runs", "--allow-write=runs"];
  const onCpu = await remote(runs, "mod.ts", "train", "--backend=cpu", ...tiny);
  assertEquals(onCpu.code, 0, onCpu.stderr);
  const onWasm = await remote(runs, "tasks/train.ts", "--backend=wasm", ...tiny);
  assertEquals(onWasm.code, 0, onWasm.stderr);
  assertEquals(filesIn(`${cwd}/runs`), ["copy-default-s1", "copy-default-s1-2"]);
  assertEquals(await Deno.readTextFile(`${cwd}/runs/copy-default-s1-2/report.csv`), onWasm.stdout);

  const model = "runs/copy-default-s1/model.safetensors";
  const evaluate = ["evaluate", "--size=2", "--examples=3", `--model=${model}`];
  const evaluated = await remote(["--allow-read=runs"], "mod.ts", ...evaluate, "--backend=cpu");
  assertMatch(evaluated.stdout, /\nruns\/copy-default-s1\/model\.safetensors,copy,carry,2,3,.*\n$/);
  assertEquals((await remote(["--allow-read=runs"], "mod.ts", ...evaluate, "--backend=wasm")).code, 0);
  const byUrl = ["evaluate", "--size=2", "--backend=cpu", `--model=http://${host}/${model}`];
  assertEquals((await remote([`--allow-net=${host}`], "mod.ts", ...byUrl)).code, 0);
  const generate = ["generate", "--problem=badd", "--size=2", "--count=1", "--out=runs/rows.csv"];
  assertEquals((await remote(runs, "mod.ts", ...generate)).code, 0);

  // With any less, one line says what is missing.
  const less: [permissions: string[], args: string[], message: RegExp][] = [
    [[], ["train", ...tiny, "--backend=cpu"], /, run again with --allow-write$/],
    [["--allow-write=runs"], ["train", ...tiny, "--backend=cpu"], /, run again with --allow-read$/],
    [["--allow-read=runs"], ["train", ...tiny, "--backend=cpu"], /, run again with --allow-write$/],
    [[], [...evaluate, "--backend=cpu"], /^Cannot read runs\/copy.*, run again with --allow-read$/],
    [["--allow-read"], byUrl, /^Cannot read http:.*, run again with --allow-net=127\.0\.0\.1:\d+$/],
    [["--allow-write=runs"], generate, /^Cannot write runs\/rows\.csv: .*, run again with --allow-read$/],
    [["--allow-read=runs"], generate, /^Cannot write runs\/rows\.csv: .*, run again with --allow-write$/],
  ];
  for (const [permissions, args, message] of less) {
    assertRefused(await remote(permissions, "mod.ts", ...args), 1, message);
  }
});

Deno.test("by URL, a cell comes from there too", async () => {
  const cell = `--cell=http://${host}/data/cells/product.ts`;
  const args = ["train", "--backend=cpu", ...tiny, cell, "--out=runs/product"];
  const runs = ["--allow-read=runs", "--allow-write=runs"];
  const trained = await remote([...runs, `--allow-import=${host}`], "mod.ts", ...args);
  assertEquals(trained.code, 0, trained.stderr);
  const { configuration } = JSON.parse(await Deno.readTextFile(`${cwd}/runs/product/config.json`));
  assertEquals(configuration.cell.name, "product");
  await Deno.remove(`${cwd}/runs/product`, { recursive: true });
});

Deno.test("by URL, workers come from there too; where they do not, train says so and goes on", async () => {
  const args = ["--problem=copy", "--max-size=4", "--maps=8", "--steps=20", "--backend=wasm", "--workers=2"];
  const reports: string[] = [];
  for (const tree of ["", "crippled/"]) {
    const { code, stdout, stderr } = await remote(
      ["--allow-read=runs", "--allow-write=runs"],
      `${tree}mod.ts`,
      ...["train", ...args],
    );
    assertEquals(code, 0, stderr);
    assert(asked.has(`/${tree}lib/engine/workers/worker.ts`));
    assertEquals(/^Going on with fewer workers: \S.*$/m.test(stderr), tree !== "", stderr);
    reports.push(stdout.replace(/^runs[^,]*|,[\d.]+(?=,[\d.]+$)/gm, ""));
  }
  assertEquals(reports[1], reports[0]);
});

Deno.test("by URL, a sweep's children come from there too", async () => {
  const permissions = ["--allow-read", "--allow-write=runs", "--allow-run"];
  const args = [...tiny, "--seeds=1", "--backend=wasm", "--dir=runs/sweep"];
  const { code, stdout, stderr } = await remote(permissions, "mod.ts", "sweep", ...args);
  assertEquals(code, 0, stderr);
  assert(asked.has("/tasks/sweep_child.ts"));
  assertMatch(stdout, /,not solved,,2,[^\n]*,runs\/sweep\/copy-default-[^\n]*-s1\/model\.safetensors\n$/);
  const unable = await remote(permissions.slice(0, 2), "tasks/sweep.ts", ...args, "--out=runs/none.csv");
  assertEquals(unable.code, 1);
  assertMatch(unable.stderr, /^error: Cannot run [^\n]+, run again with --allow-run\n$/);
});

Deno.test("by URL, a problem of one's own may come from a file that imports the toolkit by the same URL", async () => {
  await Deno.writeTextFile(`${cwd}/mine.ts`, onesModule(`http://${host}/mod.ts`));
  const args = ["generate", "--problem=./mine.ts", "--size=2", "--count=1"];
  const { stdout, stderr } = await remote(["--allow-read=mine.ts"], "mod.ts", ...args);
  assertEquals(stdout, "problem,size,input,target\nones,2,11,11\n", stderr);
  assertRefused(
    await remote([], "mod.ts", ...args),
    1,
    /^Cannot load problem \.\/mine\.ts: Requires read access/,
  );
});

Deno.test("importing mod.ts by URL prints nothing and starts nothing, and its functions work", async () => {
  const runScript = async (text: string, ...permissions: string[]) => {
    await Deno.writeTextFile(`${cwd}/script.ts`, text);
    const deno = [`--allow-import=${host}`, ...permissions];
    return await outcomeOf(start("", [], { cwd, deno, script: "script.ts" }));
  };
  assertEquals(await runScript(`import "http://${host}/mod.ts";`), { code: 0, stdout: "", stderr: "" });
  const { code, stdout, stderr } = await runScript(`
    import { evaluate, generate, problems, train, VERSION } from "http://${host}/mod.ts";
    import { tf } from "http://${host}/lib/deps.ts";
    const { copy } = problems;
    const [row] = generate({ problem: copy!, suite: "random", sizes: [3], count: 1, seed: 1 });
    const before = tf.engine().backendName ?? null;
    const configuration = { max_size: 2, maps: 4, batch_size: 4 };
    const { model, steps } = await train({ problem: copy, configuration, steps: 2, backend: "cpu" });
    const rows = await Array.fromAsync(evaluate({ models: [{ model, name: "mine" }], sizes: [2], examples: 1 }));
    console.log(JSON.stringify([VERSION, row!.size, before, steps, rows.map(({ suite }) => suite)]));
  `);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), [VERSION, 3, null, 2, ["random", "carry"]]);
  assert(!filesIn(cwd).includes("deno.lock"));
});
