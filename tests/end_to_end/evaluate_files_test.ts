// The files that evaluate writes, and those that it leaves alone.
import { assert, assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { problems } from "../../mod.ts";
import { assertRefused, filesIn, root } from "../support/process.ts";
import { cwd, evaluate, trainAdder } from "../support/models.ts";

const adder = await trainAdder();
const withoutSeconds = (stdout: string) => stdout.replace(/,[\d.]+(,[\d.]+)$/gm, "$1");

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
  await Deno.copyFile(`${root}/tests/support/majority.ts`, `${cwd}/majority.ts`);
  const before = [await Deno.readFile(`${cwd}/${adder}`), await Deno.readFile(`${cwd}/majority.ts`)];
  for (const flag of ["out", "predictions", "failures"]) {
    const search = flag === "failures" ? ["--suite=adversarial", "--budget=5"] : ["--examples=2"];
    assertRefused(
      await evaluate("--model=run", "--size=1", ...search, `--${flag}=${adder}`),
      2,
      `Cannot use --${flag} ${adder}: it is the file of --model`,
    );
  }
  const problem = `--problem=${pathToFileURL(`${cwd}/majority.ts`)}`;
  assertRefused(
    await evaluate("--model=a", problem, "--out=majority.ts"),
    2,
    "Cannot use --out majority.ts: it is the file of --problem",
  );
  assertEquals([await Deno.readFile(`${cwd}/${adder}`), await Deno.readFile(`${cwd}/majority.ts`)], before);
});
