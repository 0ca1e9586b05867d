// Automata in place of models, by the commands that take them.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { decodeSafetensors } from "../../lib/io/safetensors.ts";
import { assertRefused, emptyDirectory, filesIn, type Outcome, root, run } from "../support/process.ts";

const cwd = emptyDirectory();
const command = (name: string, ...args: string[]): Promise<Outcome> =>
  run(name, ["--backend=wasm", ...args], { cwd });

for (const name of ["sort", "reverse"]) {
  await Deno.copyFile(`${root}/data/automata/${name}.json`, `${cwd}/${name}.json`);
}
const sort = JSON.parse(await Deno.readTextFile(`${cwd}/sort.json`));
await Deno.writeTextFile(`${cwd}/lacking.json`, JSON.stringify({ ...sort, rules: sort.rules.slice(0, 4) }));
// It sorts, which is no answer to what it says that it does.
await Deno.writeTextFile(
  `${cwd}/wrong.json`,
  JSON.stringify({ ...sort, problem: { ...sort.problem, name: "reverse" } }),
);

/** The rows, up to the errors. */
const rowsOf = (csv: string): string[] =>
  csv.trimEnd().split("\n").slice(1).map((row) => row.split(",").slice(0, 8).join());

Deno.test("evaluate measures automata beside a network, with the same rows for any number of workers", async () => {
  const models = ["--model=reverse", "--model=reverse.json", "--model=wrong.json"];
  const what = ["--size=3,40", "--suite=random", "--examples=20"];
  const { code, stdout, stderr } = await command("evaluate", ...models, ...what, "--workers=1");
  assertEquals(code, 0, stderr);
  const rows = rowsOf(stdout);
  assertEquals(rows.slice(0, 4), [
    "reverse,reverse,random,3,20,1,1,0",
    "reverse,reverse,random,40,20,1,1,0",
    "reverse.json,reverse,random,3,20,1,1,0",
    "reverse.json,reverse,random,40,20,1,1,0",
  ]);
  assertMatch(rows[5]!, /^wrong\.json,reverse,random,40,20,0,0\.[3-7]\d*,20$/);
  const several = await command("evaluate", ...models, ...what, "--workers=2");
  assertEquals(rowsOf(several.stdout), rows);
});

Deno.test("evaluate writes predictions, failures and a verdict of an automaton, at sizes that follow from its checks", async () => {
  const search = ["--suite=adversarial", "--size=12", "--budget=100", "--failures=failures.csv"];
  const found = await command(
    "evaluate",
    "--model=wrong.json",
    ...search,
    "--fail-under=0.5",
    "--predictions=p.csv",
  );
  assertEquals(found.code, 1, found.stderr);
  const failures = (await Deno.readTextFile(`${cwd}/failures.csv`)).trimEnd().split("\n").slice(1);
  const predictions = (await Deno.readTextFile(`${cwd}/p.csv`)).trimEnd().split("\n").slice(1);
  assertEquals(predictions.length, 100);
  assertEquals(predictions.filter((row) => row.endsWith(",false,1")).length, failures.length);
  assert(failures.length > 50);
  const { stdout } = await command("evaluate", "--model=sort.json", "--examples=2");
  assertEquals(rowsOf(stdout).map((row) => row.split(",")[3]), [
    "14",
    "14",
    "28",
    "28",
    "70",
    "70",
    "140",
    "140",
  ]);
});

Deno.test("predict and solve ask an automaton", async () => {
  const { code, stdout, stderr } = await command("predict", "--model=sort.json", "110100", "01");
  assertEquals([code, stdout], [
    0,
    "model,problem,size,input,output,target,right,margin\n" +
    "sort.json,sort,,110100,000111,000111,true,1\nsort.json,sort,,01,01,01,true,1\n",
  ], stderr);
  const solved = await command("solve", "--model=reverse.json", "0111");
  assertEquals(solved.stdout, "model: 1110\ntrue:  1110\nThe model is right\n", solved.stderr);
});

Deno.test("trace shows the states of an automaton, as a table, tensors and pictures", async () => {
  const { code, stdout, stderr } = await command("trace", "--model=reverse.json", "011");
  assertEquals(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.length, 1 + 4 * 3);
  const { initial: [, zero, one], output } = JSON.parse(await Deno.readTextFile(`${cwd}/reverse.json`));
  assertEquals(lines.slice(1, 4), [`0,0,0,0,${zero}`, `0,0,1,0,${one}`, `0,0,2,0,${one}`]);
  for (const ending of ["svg", "png", "safetensors", "html"]) {
    assertEquals((await command("trace", "--model=reverse.json", "0111", `--out=t.${ending}`)).code, 0);
  }
  const { tensors } = await decodeSafetensors(Deno.readFileSync(`${cwd}/t.safetensors`), "t.safetensors");
  assertEquals(tensors.get("state")!.shape, [5, 1, 4, 1]);
  const svg = await Deno.readTextFile(`${cwd}/t.svg`);
  assert(
    svg.includes(">1110</text>") &&
      svg.includes(`a colour for each of ${output.length - 1} states of a cell`),
  );
});

Deno.test("a run that meets a neighbourhood without a rule fails with its place", async () => {
  for (const name of ["predict", "solve", "trace"]) {
    const { code, stderr } = await command(name, "--model=lacking.json", "110100");
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /error: Cannot run the automaton on: in step 1 it has no rule for position 0, cells \[0,/,
    );
  }
  const evaluated = await command(
    "evaluate",
    "--model=lacking.json",
    "--size=9",
    "--examples=4",
    "--workers=2",
  );
  assertEquals(evaluated.code, 1);
  assertMatch(evaluated.stderr, /^error: Cannot run the automaton on: in step 1 it has no rule/m);
});

Deno.test("an automaton is refused in one line where it makes no sense", async () => {
  const before = filesIn(cwd);
  const cases: readonly (readonly [status: 1 | 2, name: string, args: readonly string[], said: RegExp])[] = [
    [2, "evaluate", ["--model=sort.json,sort"], /expected sort\.json alone: an automaton is not averaged/],
    [
      2,
      "predict",
      ["--model=sort,sort.json", "01"],
      /expected sort\.json alone: an automaton is not averaged/,
    ],
    [2, "solve", ["--model=sort.json", "1 + 1"], /expected a model of numbers/],
    [2, "trace", ["--model=sort.json", "--maps=1", "01"], /--maps/],
    [2, "trace", ["--model=sort.json", "012"], /no symbol of sort/],
    [1, "predict", ["--model=none.json", "01"], /Cannot read none\.json/],
    [1, "train", ["--problem=sort", "--from=sort.json"], /it is an automaton, expected a trained model/],
  ];
  for (const [status, name, args, said] of cases) {
    const outcome = await command(name, ...args);
    assertRefused(outcome, status, said);
  }
  const extracted = await run("extract", ["--model=sort.json"], { cwd });
  assertRefused(extracted, 1, /it is an automaton, expected a trained model/);
  assertEquals(filesIn(cwd), before);
});
