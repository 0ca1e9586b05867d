// Models that come with the toolkit, found by name: beside its files and by URL.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { evaluate, loadModel, problems, saveModel } from "../../mod.ts";
import { shippedModels } from "../../lib/model/shipped.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  forgetModules,
  type Outcome,
  permissionsOf,
  root,
  run,
} from "../support/process.ts";
import { untrained } from "../support/untrained.ts";

const cwd = emptyDirectory();
/** A copy of the toolkit that ships two models, and lists a third that is not there. */
const copy = `${cwd}/toolkit`;
for (const part of ["lib", "tasks", "data", "mod.ts", "deno.json"]) await copyTree(part);
await Deno.writeTextFile(`${copy}/data/models/models.json`, '["badd","reverse","lost"]');
await saveModel(`${copy}/data/models/badd.safetensors`, untrained(problems.badd!, 1, { maps: 4 }));
await saveModel(`${copy}/data/models/reverse.safetensors`, untrained(problems.reverse!, 1, { maps: 4 }));

async function copyTree(path: string): Promise<void> {
  if (!(await Deno.stat(`${root}/${path}`)).isDirectory) {
    return await Deno.copyFile(`${root}/${path}`, `${copy}/${path}`);
  }
  await Deno.mkdir(`${copy}/${path}`, { recursive: true });
  for await (const { name } of Deno.readDir(`${root}/${path}`)) await copyTree(`${path}/${name}`);
}

const local = (command: string, ...args: string[]): Promise<Outcome> =>
  run(command, ["--backend=cpu", ...args], {
    cwd,
    deno: ["--config", `${copy}/deno.json`, ...permissionsOf(command)],
    script: `${copy}/tasks/${command}.ts`,
  });
const evaluation = ["--size=2", "--examples=3", "--suite=random"];

Deno.test("the list of shipped models and the files agree, and each is under 2 MB", async () => {
  const files = filesIn(`${root}/data/models`).filter((name) => name.endsWith(".safetensors"));
  assertEquals(files, shippedModels.map((name) => `${name}.safetensors`).sort());
  for (const name of shippedModels) {
    const { size } = await Deno.stat(`${root}/data/models/${name}.safetensors`);
    assert(size < 2e6, `${name} has ${size} bytes`);
    assert((await loadModel(name)).parameters.length > 0);
  }
});

Deno.test("the shipped models are right on both suites, at the size trained and at twice that", async () => {
  for (const name of shippedModels) {
    const model = await loadModel(name);
    const { max_size } = model.configuration;
    const sizes = [max_size, 2 * max_size];
    const backend = "wasm"; // everywhere, whatever GPU there is
    for await (const row of evaluate({ models: [{ model, name }], sizes, examples: 8, backend })) {
      assertEquals(row.errors, 0, `${name}, ${row.suite}, ${row.size}`);
    }
  }
});

Deno.test("solve takes the shipped models for numbers of any length", async () => {
  for (const expression of ["123456789 + 987654321", "4095 + 1", "7 + 0"]) {
    const { stdout, stderr } = await run("solve", ["--backend=wasm", expression]);
    assertMatch(stdout, /\nThe model is right\n$/, stderr);
  }
});

Deno.test("a shipped model is found by its name, in evaluate, its ensembles, solve and train --from", async () => {
  const evaluated = await local("evaluate", "--model=badd,badd", ...evaluation);
  assertMatch(evaluated.stdout, /\nbadd\+badd,badd,random,2,3,/, evaluated.stderr);
  const solved = await local("solve", "123456789012345678901234567890 + 5");
  assertMatch(solved.stdout, /\ntrue: {2}123456789012345678901234567895\n/, solved.stderr);
  const more = ["--from=reverse", "--problem=reverse", "--maps=4", "--max-size=2", "--steps=1"];
  const trained = await local("train", ...more, "--batch-size=2");
  assertEquals(trained.code, 0, trained.stderr);

  const missing = "Cannot solve 2 * 3: no shipped model computes A * B, expected --model with one that does";
  assertRefused(await local("solve", "2 * 3"), 2, missing);
  const none = "no such file or directory, and the shipped models are badd, reverse, lost";
  assertRefused(await local("evaluate", "--model=none", ...evaluation), 1, `Cannot read none: ${none}`);
  const lost = "Cannot read the shipped model lost: no such file or directory";
  assertRefused(await local("evaluate", "--model=lost", ...evaluation), 1, lost);
});

Deno.test("a file of the name of a shipped model comes first, a directory does not", async () => {
  await saveModel(`${cwd}/badd`, untrained(problems.copy!, 1, { maps: 4 }));
  assertMatch((await local("evaluate", "--model=badd", ...evaluation)).stdout, /\nbadd,copy,/);
  await Deno.remove(`${cwd}/badd`);
  await Deno.mkdir(`${cwd}/badd`);
  assertMatch((await local("evaluate", "--model=badd", ...evaluation)).stdout, /\nbadd,badd,/);
  await Deno.remove(`${cwd}/badd`);
});

Deno.test("by URL, a shipped model comes from where the toolkit does, and needs --allow-net for it", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const bytes = await Deno.readFile(copy + new URL(request.url).pathname).catch(() => undefined);
    const headers = { "content-type": "text/plain; charset=utf-8" };
    return bytes === undefined ? new Response("", { status: 404 }) : new Response(bytes, { headers });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const remote = (deno: string[], ...args: string[]) =>
    run("", args, { cwd, deno: ["--no-lock", ...deno], script: `http://${host}/mod.ts` });
  const evaluate = ["evaluate", "--backend=cpu", ...evaluation];
  const evaluated = await remote([`--allow-net=${host}`], ...evaluate, "--model=reverse");
  assertMatch(evaluated.stdout, /\nreverse,reverse,random,2,3,/, evaluated.stderr);
  const solved = await remote([`--allow-net=${host}`], "solve", "--backend=cpu", "1 + 1");
  assertMatch(solved.stdout, /\ntrue: {2}2\n/, solved.stderr);

  const refused: [permissions: string[], model: string, message: string | RegExp][] = [
    [
      [],
      "badd",
      `Cannot read the shipped model badd: Deno was not given permission for it, run again with --allow-net=${host}`,
    ],
    [[`--allow-net=${host}`], "lost", "Cannot read the shipped model lost: the server answers 404"],
    [["--allow-read"], "none", /^Cannot read none: .*, and the shipped models are badd, reverse, lost$/],
  ];
  for (const [permissions, model, message] of refused) {
    assertRefused(await remote(permissions, ...evaluate, `--model=${model}`), 1, message);
  }
  await forgetModules(server.addr.port);
});
