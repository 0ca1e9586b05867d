// The evaluate and solve commands as processes of their own.
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { pathToFileURL } from "node:url";
import { defineProblem, loadModel, problems, saveModel, UsageError } from "../../mod.ts";
import { parseExpression } from "../../lib/evaluation/solve.ts";
import { assertRefused, emptyDirectory, filesIn, type Outcome, root, run } from "../support/process.ts";
import { untrained } from "../support/untrained.ts";

const cwd = emptyDirectory();
const evaluate = (...args: string[]): Promise<Outcome> =>
  run("evaluate", ["--backend=wasm", ...args], { cwd });
const solve = (...args: string[]): Promise<Outcome> => run("solve", ["--backend=wasm", ...args], { cwd });

const model = untrained(problems.reverse!, 1, { maps: 4, max_size: 3 });
await saveModel(`${cwd}/a`, model);
await saveModel(`${cwd}/b`, untrained(problems.reverse!, 2, { maps: 6 }));
await saveModel(`${cwd}/large`, untrained(problems.badd!, 1, { maps: 16 }));
// Sums of two digits, learned by heart: 80 steps.
const learned = await run("train", [
  ...[
    "--backend=wasm",
    "--problem=badd",
    "--max-size=1",
    "--maps=8",
    "--batch-size=16",
    "--validate-every=16",
  ],
  ...["--validate-max-multiple=1", "--attempts=1", "--steps=300", "--out=run"],
], { cwd });
assertEquals(learned.code, 0, learned.stderr);
const adder = "run/model.safetensors";

const header = "model,problem,suite,size,examples,sequence_accuracy,symbol_accuracy,errors,seconds";
const withoutSeconds = (stdout: string) => stdout.replace(/,[\d.]+$/gm, "");
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
  await saveModel(`${cwd}/late`, untrained(problems.badd!, 1, { maps: 4, extra_steps: 3 }));
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
  assertStringIncludes(foreign.stderr, "\nThe examples are of copy, the model is one of reverse\n");
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

Deno.test("evaluate --out writes a whole file or none", async () => {
  const { stdout } = await evaluate("--model=a", "--size=2");
  const { code, stdout: nothing } = await evaluate("--model=a", "--size=2", "--out=rows");
  assertEquals([code, nothing], [0, ""]);
  assertEquals(withoutSeconds(await Deno.readTextFile(`${cwd}/rows`)), withoutSeconds(stdout));
  const before = filesIn(cwd);
  assertRefused(await evaluate("--model=a", "--suite=none", "--out=none"), 2, /^Cannot use --suite none/);
  assertRefused(
    await evaluate("--model=a", "--out=none/rows"),
    1,
    /^Cannot write none\/rows: its directory /,
  );
  assertEquals(filesIn(cwd), before);
});

/** The rows of a file of predictions. */
async function predictionsIn(file: string): Promise<Record<string, string>[]> {
  const [header, ...rows] = (await Deno.readTextFile(`${cwd}/${file}`)).trimEnd().split("\n");
  const names = ["model", "problem", "suite", "size", "input", "output", "target", "right", "margin"];
  assertEquals(header, names.join());
  return rows.map((row) => Object.fromEntries(row.split(",").map((cell, i) => [names[i], cell])));
}

Deno.test("evaluate --predictions writes a row for every example that its own rows count", async () => {
  const args = ["--size=1..2,7", "--examples=20", "--suite=random,carry,adversarial", "--budget=30"];
  const { code, stdout } = await evaluate(`--model=${adder}`, ...args, "--predictions=predictions.csv");
  assertEquals(code, 0);
  const rows = await predictionsIn("predictions.csv");
  const counted = Map.groupBy(rows, ({ suite, size }) => `${suite},${size}`);
  assertEquals(counted.size, 9);
  for (const line of stdout.trimEnd().split("\n").slice(1)) {
    const [model, problem, suite, size, examples, , , errors] = line.split(",");
    const own = counted.get(`${suite},${size}`)!;
    assertEquals(
      [own.length, own.filter(({ right }) => right === "false").length],
      [examples, errors].map(Number),
    );
    for (const { right, output, target, margin, ...row } of own) {
      assertEquals([row.model, row.problem], [model, problem]);
      assertEquals(target, problems.badd!.answer(row.input!));
      if (right === "true") assertEquals(output, target);
      assert(Number(margin) >= 0 && Number(margin) <= 1, margin);
    }
  }
  // What is right is what the file says.
  await Deno.writeTextFile(`${cwd}/sums.csv`, "problem,size,input,target\nbadd,1,1+1,01\nbadd,1,1+1,11\n");
  assertEquals(
    (await evaluate(`--model=${adder}`, "--data=sums.csv", "--predictions=predictions.csv")).code,
    0,
  );
  assertEquals(
    (await predictionsIn("predictions.csv")).map(({ margin: _, model: __, ...row }) =>
      Object.values(row).join()
    ),
    ["badd,data,1,1+1,01,01,true", "badd,data,1,1+1,01,11,false"],
  );
});

Deno.test("evaluate --predictions writes a whole file or none, and over nothing that is read", async () => {
  await Deno.writeTextFile(`${cwd}/kept.csv`, "kept");
  const fails = await evaluate("--model=large", "--size=2,1000000", "--examples=1", "--predictions=kept.csv");
  assertEquals([fails.code, await Deno.readTextFile(`${cwd}/kept.csv`)], [1, "kept"]);
  const before = filesIn(cwd);
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    [["--predictions=a"], 2, "Cannot use --predictions a: it is the file of --model"],
    [
      ["--predictions=./rows.csv", "--out=rows.csv"],
      2,
      "Cannot use --predictions ./rows.csv: it is the file of --out",
    ],
    [["--predictions=none/p.csv"], 1, "Cannot write none/p.csv: its directory does not exist"],
    [
      ["--predictions=p.csv", "--out=p", "--resume"],
      2,
      /^Cannot use --predictions with --resume: expected one of them, /,
    ],
  ];
  for (const [args, status, message] of refused) {
    assertRefused(await evaluate("--model=a", ...args), status, message);
  }
  assertEquals(filesIn(cwd), before);
});

Deno.test("evaluate writes over no model that it reads by its directory, and no problem that it reads by URL", async () => {
  await Deno.copyFile(`${root}/tests/parity.ts`, `${cwd}/parity.ts`);
  const before = [await Deno.readFile(`${cwd}/${adder}`), await Deno.readFile(`${cwd}/parity.ts`)];
  for (const flag of ["out", "predictions", "failures"]) {
    const search = flag === "failures" ? ["--suite=adversarial", "--budget=5"] : ["--examples=2"];
    assertRefused(
      await evaluate("--model=run", "--size=1", ...search, `--${flag}=${adder}`),
      2,
      `Cannot use --${flag} ${adder}: it is the file of --model`,
    );
  }
  const problem = `--problem=${pathToFileURL(`${cwd}/parity.ts`)}`;
  assertRefused(
    await evaluate("--model=a", problem, "--out=parity.ts"),
    2,
    "Cannot use --out parity.ts: it is the file of --problem",
  );
  assertEquals([await Deno.readFile(`${cwd}/${adder}`), await Deno.readFile(`${cwd}/parity.ts`)], before);
});

Deno.test("evaluate averages several models, and reads them by URL too", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/a"
      ? new Response(await Deno.readFile(`${cwd}/a`))
      : new Response("", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const rows = async (models: string) => {
    const { code, stdout, stderr } = await evaluate(`--model=${models}`, "--size=3,4", "--suite=random");
    assertEquals(code, 0, stderr);
    return withoutSeconds(stdout).replaceAll(url + "/", "");
  };
  const [a, b, both] = [await rows("a"), await rows("b"), await rows("a,b")];
  assertMatch(both, /\na\+b,reverse,random,3,64,/);
  for (const single of [a, b]) {
    assertNotEquals(both.replaceAll("a+b,", ""), single.replaceAll(/^[ab],/gm, ""));
  }
  assertEquals((await rows("a,a")).replaceAll("a+a,", "a,"), a);
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
    [["--model=a,large"], 2, "Cannot average a with large: their alphabets or extra steps differ"],
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

Deno.test("solve prints the model's answer, the true one, and whether they agree", async () => {
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await solve(`--model=${adder}`, ...args);
    assertEquals(code, 0, stderr);
    return stdout;
  };
  assertEquals(await ask("1+1"), "model: 2\ntrue:  2\nThe model is right\n");
  assertEquals(await ask(" 0001 + 00 "), "model: 1\ntrue:  1\nThe model is right\n");
  assertEquals(JSON.parse(await ask("1 + 0", "--json")), {
    expression: "1 + 0",
    answer: "1",
    truth: "1",
    right: true,
  });
  const long = JSON.parse(await ask("5 + 123456789012345678901234567890", "--json"));
  assertEquals([long.truth, long.right], ["123456789012345678901234567895", false]);
  assertMatch(await ask("5 + 100"), /^model: .*\ntrue: {2}105\nThe model is wrong\n$/);
});

Deno.test("solve averages several models", async () => {
  const { code, stdout, stderr } = await solve(`--model=${adder},${adder}`, "1 + 1", "--json");
  assertEquals([code, JSON.parse(stdout).right], [0, true], stderr);
  assertRefused(
    await solve(`--model=${adder},late`, "1 + 1"),
    2,
    "Cannot average model 1 with model 2: their alphabets or extra steps differ",
  );
});

Deno.test("parseExpression() says what is not supported", () => {
  const reasons: [reason: string, expressions: string[]][] = [
    ["negative numbers are not supported, ", ["-3+5", "3 + -5", " - 3 * 5", "−3 + 5", "5 - -3", "-3"]],
    ["subtraction is not supported, ", ["1 - 1", "5-3", "5−3", "5 - 3 + 2"]],
    ["division is not supported, ", ["6/3", "6 ÷ 3", "6 : 3", "-6/3"]],
    ["more than two numbers are not supported, ", ["1 + 2 + 3", "1*2+3", "1 × 2 × 3"]],
    ["decimal points are not supported, ", ["1.5 + 2", ".5+1", "1.+1"]],
    ["", ["1 +", "one + two", "one - two", "0x1 + 1", "", "1 1", "+", "1 ++ 2", "1 + + 2", "."]],
  ];
  for (const [reason, expressions] of reasons) {
    for (const expression of expressions) {
      assertEquals(
        assertThrows(() => parseExpression(expression), UsageError).message,
        `Cannot read ${
          JSON.stringify(expression)
        }: ${reason}expected A + B or A * B with whole decimal numbers`,
      );
    }
  }
});

Deno.test("solve refuses what it cannot solve in one line", async () => {
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    [[`--model=${adder}`], 2, /^Missing expression/],
    [[`--model=${adder}`, "1", "+", "1"], 2, "Cannot use argument +: expected at most 1 besides flags"],
    [
      ["-3+5"],
      2,
      'Cannot read "-3+5": negative numbers are not supported, expected A + B or A * B with whole decimal numbers',
    ],
    [["0x1 + 1"], 2, 'Cannot read "0x1 + 1": expected A + B or A * B with whole decimal numbers'],
    [[`--model=${adder}`, "2 * 3"], 2, "Cannot solve 2 * 3 with a model of badd: expected A + B"],
    [
      ["--model=a", "1 + 1"],
      2,
      /^Cannot solve 1 \+ 1 with a model of reverse: expected a model of addition or /,
    ],
    [["--model=./none", "1 + 1"], 1, "Cannot read ./none: no such file or directory"],
  ];
  for (const [args, status, message] of refused) assertRefused(await solve(...args), status, message);
  assert((await loadModel(`${cwd}/${adder}`)).problem.arithmetic !== undefined);
});
