// The evaluate command as a process of its own.
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { defineProblem, problems, saveModel } from "../../mod.ts";
import { assertRefused, type Outcome, run } from "../support/process.ts";
import { cwd, evaluate, trainAdder } from "../support/models.ts";
import { untrained } from "../support/untrained.ts";

const solve = (...args: string[]): Promise<Outcome> => run("solve", ["--backend=wasm", ...args], { cwd });
const adder = await trainAdder();
const header =
  "model,problem,suite,size,examples,sequence_accuracy,symbol_accuracy,errors,seconds,answer_accuracy";
const withoutSeconds = (stdout: string) => stdout.replace(/,[\d.]+(,[\d.]+)$/gm, "$1");
const namesOf = (stdout: string) =>
  stdout.trimEnd().split("\n").slice(1).map((row) => row.split(",").slice(0, 5).join());

Deno.test("evaluate prints a row for every suite of every size, in order", async () => {
  const { code, stdout, stderr } = await evaluate("--model=a", "--size=6,1..2,11,2", "--examples=5");
  assertEquals([code, stdout.split("\n")[0]], [0, header]);
  assertMatch(stderr, /^Evaluating on wasm, WebAssembly/);
  assertEquals(
    namesOf(stdout),
    [6, 1, 2, 11].flatMap((size) => ["random", "carry"].map((suite) => `a,reverse,${suite},${size},5`)),
  );
  const defaults = await evaluate("--model=a", "--suite=carry");
  assertEquals(namesOf(defaults.stdout), [3, 6, 15, 30].map((size) => `a,reverse,carry,${size},64`));
});

Deno.test("evaluate and solve say of a model that it takes extra steps", async () => {
  const note = /^late takes 3 steps more than a row has positions$/m;
  assertMatch((await evaluate("--model=late", "--size=2", "--examples=1")).stderr, note);
  assertMatch((await solve("--model=late", "1 + 1")).stderr, note);
  assert(!note.test((await solve("--model=large", "1 + 1")).stderr));
});

Deno.test("evaluate gives the same rows for the same seed, and others for another", async () => {
  const rows = async (...args: string[]) =>
    withoutSeconds((await evaluate("--model=a", "--size=3,4", ...args)).stdout);
  const first = await rows();
  assertEquals(await rows("--seed=1"), first);
  assertNotEquals(await rows("--seed=2"), first);
});

Deno.test("evaluate --json prints one array of the same rows", async () => {
  const csv = await evaluate("--model=a", "--size=2,3");
  const json = await evaluate("--model=a", "--size=2,3", "--json");
  const rows: Record<string, unknown>[] = JSON.parse(json.stdout);
  assertEquals(Object.keys(rows[0]!).join(), header);
  assertEquals(rows.map((row) => Object.values(row).slice(0, 5).join()), namesOf(csv.stdout));
});

Deno.test("evaluate --data takes the rows of a file", async () => {
  const rows = ["problem,size,input,target", "reverse,3,110,011", "reverse,1,1,1", "reverse,3,100,001"];
  await Deno.writeTextFile(`${cwd}/rows.csv`, rows.join("\n"));
  const { code, stdout } = await evaluate("--model=a", "--data=rows.csv");
  assertEquals([code, namesOf(stdout)], [0, ["a,reverse,data,1,1", "a,reverse,data,3,2"]]);
  await Deno.writeTextFile(`${cwd}/copy.csv`, rows.join("\n").replaceAll("reverse", "copy"));
  const foreign = await evaluate("--model=a", "--data=copy.csv");
  assertEquals([foreign.code, namesOf(foreign.stdout)], [0, namesOf(stdout)]);
  assertStringIncludes(foreign.stderr, "\nThe examples are of copy, a is a model of reverse\n");
  await Deno.writeTextFile(`${cwd}/bad.csv`, rows.join("\n") + "\nreverse,1,2,2\n");
  const bad = await evaluate("--model=a", "--data=bad.csv");
  assertRefused(bad, 1, 'Cannot read bad.csv, line 5: "2" is no symbol of reverse, expected one of 01');
});

Deno.test("evaluate --fail-under is about every sequence accuracy", async () => {
  const status = async (...args: string[]) => (await evaluate(`--model=${adder}`, ...args)).code;
  assertEquals(await status("--size=1", "--fail-under=1"), 0);
  assertEquals(await status("--size=1,7", "--fail-under=1"), 1);
  assertEquals(await status("--size=1,7", "--fail-under=0"), 0);
  const { stderr } = await evaluate(`--model=${adder}`, "--size=1,7", "--fail-under=1");
  assertMatch(stderr, /\nBelow --fail-under 1: 0[.\d]* of (random|carry) at size 7 is right\n$/);
  // The reason of the exit status is told whatever else is not.
  const quiet = await evaluate(`--model=${adder}`, "--size=1,7", "--fail-under=1", "--quiet");
  assertMatch(quiet.stderr, /^Below --fail-under 1: 0[.\d]* of (random|carry) at size 7 is right\n$/);
});

Deno.test("evaluate averages several models, and reads them by URL too", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/a"
      ? new Response(await Deno.readFile(`${cwd}/a`))
      : new Response("", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const rows = async (...models: string[]) => {
    const given = models.map((model) => `--model=${model}`);
    const { code, stdout, stderr } = await evaluate(...given, "--size=3,4", "--suite=random");
    assertEquals(code, 0, stderr);
    return withoutSeconds(stdout).replaceAll(url + "/", "");
  };
  const [a, b, both] = [await rows("a"), await rows("b"), await rows("a,b")];
  assertMatch(both, /\na\+b,reverse,random,3,64,/);
  for (const single of [a, b]) {
    assertNotEquals(both.replaceAll("a+b,", ""), single.replaceAll(/^[ab],/gm, ""));
  }
  assertEquals((await rows("a,a")).replaceAll("a+a,", "a,"), a);
  const body = (table: string) => table.slice(table.indexOf("\n") + 1);
  assertEquals(await rows("a", "a,b", "b"), a + body(both) + body(b));
  assertEquals(await rows(`${url}/a`), a);
  assertRefused(await evaluate(`--model=${url}/c`), 1, `Cannot read ${url}/c: the server answers 404`);
});

Deno.test("evaluate refuses wrong usage and files that are no models in one line", async () => {
  const bytes = await Deno.readFile(`${cwd}/a`);
  await Deno.writeFile(`${cwd}/short`, bytes.slice(0, -4));
  await Deno.writeFile(`${cwd}/shorter`, bytes.slice(0, 100));
  await Deno.writeTextFile(`${cwd}/foreign`, "a text that is no model at all");
  await saveModel(
    `${cwd}/mine`,
    untrained(defineProblem({ ...problems.reverse!, name: "mine" }), 1, { maps: 4 }),
  );
  const renamed = (await Deno.readTextFile(`${cwd}/rows.csv`)).replaceAll("reverse", "mine");
  await Deno.writeTextFile(`${cwd}/mine.csv`, renamed);
  assertEquals((await evaluate("--model=mine", "--data=mine.csv")).code, 0);
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    [[], 2, /^Missing --model: /],
    [
      ["--model=a", "--model=large", "--model=a", "--out=twice.csv"],
      2,
      "Cannot evaluate a twice: expected models of different names",
    ],
    [["--model=a,"], 2, "Cannot use --model a,: expected paths, URLs or names of models between commas"],
    [
      ["--model=a", "--problem=badd"],
      2,
      /^Cannot make examples of reverse: badd is no problem with symbols 01; expected a --problem that has them/,
    ],
    [
      ["--model=a", "--suite=adversarial", "--examples=5"],
      2,
      "Cannot use --examples with --suite adversarial alone: expected --budget",
    ],
    [["--model=none"], 1, /^Cannot read none: no such file or directory, and /],
    [["--model=none.safetensors"], 1, "Cannot read none.safetensors: no such file or directory"],
    [["--model=."], 1, "Cannot read ./model.safetensors: no such file or directory"],
    [["--model=short"], 1, /^Cannot read short: it is cut short/],
    [["--model=shorter"], 1, /^Cannot read shorter: it is cut short/],
    [["--model=foreign"], 1, /^Cannot read foreign: it is not a safetensors file/],
    [
      ["--model=run/checkpoint.safetensors"],
      1,
      /: its format is "neural-gpu-checkpoint", expected neural-gpu-model$/,
    ],
    [["--model=mine"], 2, /^Cannot make examples of mine: .* expected a --problem that has them, or --data$/],
    [
      ["--model=a,large"],
      2,
      "Cannot average model 1 with model 2 of a+large: their alphabets or extra steps differ",
    ],
    [
      ["--model=a", "--suite=random,hard"],
      2,
      "Cannot use --suite hard: expected random or carry or adversarial",
    ],
    [
      ["--model=a", "--size=0"],
      2,
      /^Cannot use --size 0: expected N, N,N or A\.\.B with whole numbers from 1 /,
    ],
    [["--model=a", "--examples=0"], 2, /^Cannot use --examples 0: expected a whole number from 1 /],
    [["--model=a", "--fail-under=1.1"], 2, "Cannot use --fail-under 1.1: expected a number from 0 to 1"],
    [
      ["--model=a", "--data=rows.csv", "--size=3"],
      2,
      "Cannot use --size with --data: expected one of them, as the file says what to try",
    ],
    // 2 million positions of 16 maps; the size before it would fit.
    [
      ["--model=large", "--size=2,1000000", "--examples=1"],
      1,
      /^Cannot evaluate a row of 2000001 positions on wasm: it needs 0\.128 GB in one tensor and 1\.54 GB in all, /,
    ],
  ];
  for (const [args, status, message] of refused) assertRefused(await evaluate(...args), status, message);
});
