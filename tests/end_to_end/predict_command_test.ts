// The predict command as a process of its own.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { cwd } from "../support/models.ts";
import {
  assertRefused,
  filesIn,
  type Outcome,
  outcomeOf,
  permissionsOf,
  root,
  run,
} from "../support/process.ts";

const predict = (...args: string[]): Promise<Outcome> => run("predict", ["--backend=wasm", ...args], { cwd });

const HEADER = "model,problem,size,input,output,target,right,margin\n";

/** Starts `deno task predict` with an open standard input. */
function startPiped(...args: string[]): Deno.ChildProcess {
  const flags = ["--config", `${root}/deno.json`, ...permissionsOf("predict")];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, `${root}/tasks/predict.ts`, "--backend=wasm", ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("predict prints a row for each input, in their order", async () => {
  const { code, stdout, stderr } = await predict("--model=reverse", "0111", "10", "0111");
  assertEquals(code, 0, stderr);
  const rows = stdout.replace(/,(0\.9\d*|1)$/gm, "");
  assertEquals(
    rows,
    HEADER +
      "reverse,reverse,,0111,1110,1110,true\nreverse,reverse,,10,01,01,true\nreverse,reverse,,0111,1110,1110,true\n",
  );
  assertMatch(stderr, /^Predicting on wasm, /);
});

Deno.test("predict prints an object a line with --json, with null for what is not known", async () => {
  const { code, stdout, stderr } = await predict("--model=badd", "--json", "--quiet", "1010+0111", "101");
  assertEquals([code, stderr], [0, ""]);
  const [sum, odd, end] = stdout.split("\n");
  const { margin, ...known } = JSON.parse(sum!);
  assert(margin > 0.5 && margin <= 1);
  assertEquals(known, {
    model: "badd",
    problem: "badd",
    size: null,
    input: "1010+0111",
    output: "11001",
    target: "11001",
    right: true,
  });
  const { target, right } = JSON.parse(odd!);
  assertEquals([target, right, end], [null, null, ""]);
});

Deno.test("predict averages models, and takes the problem that --problem names", async () => {
  await Deno.writeTextFile(
    `${cwd}/second.ts`,
    `export default {
  name: "second", title: "The input", symbols: "01", maxSize: 3,
  suites: { random: (size) => "1".repeat(size) }, answer: (input) => input,
};
`,
  );
  const { code, stdout, stderr } = await predict("--model=a,b", "--problem=./second.ts", "0111");
  assertEquals(code, 0, stderr);
  assertMatch(stdout.split("\n")[1]!, /^a\+b,reverse,,0111,[01]*,0111,(true|false),[\d.]+$/);
});

Deno.test("generate | predict --data - answers every row of the dataset", async () => {
  const { stdout: data } = await run("generate", ["--problem=copy", "--size=1..8", "--count=4"]);
  const process = startPiped("--model=copy", "--data=-");
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(data));
  await writer.close();
  const { code, stdout, stderr } = await outcomeOf(process);
  assertEquals(code, 0, stderr);
  const rows = stdout.trim().split("\n").slice(1).map((line) => line.split(","));
  assertEquals(
    rows.map(([, problem, size, input, , target]) => [problem, size, input, target].join()),
    data.trim().split("\n").slice(1),
  );
  assertEquals(rows.filter(([, , , input, output, , right]) => output !== input || right !== "true"), []);
});

Deno.test("predict answers while its input goes on, and ends at once when it is told to", async () => {
  const process = startPiped("--model=a", "--data=-", "--quiet");
  const writer = process.stdin.getWriter();
  const rows = "reverse,4,0111,1110\n".repeat(5000);
  await writer.write(new TextEncoder().encode("problem,size,input,target\n" + rows));
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  assert(new TextDecoder().decode(value).startsWith(HEADER + "a,reverse,4,0111,"));
  reader.releaseLock();
  process.kill("SIGINT");
  const { code, stderr } = await outcomeOf(process);
  assertEquals([code, stderr], [130, ""]);
  await writer.abort().catch(() => {});
});

Deno.test("predict --out writes a file that is whole, or leaves what is there", async () => {
  await Deno.writeTextFile(`${cwd}/good.csv`, "problem,size,input,target\nreverse,2,01,10\nreverse,1,1,1\n");
  const { code, stdout, stderr } = await predict("--model=a", "--data=good.csv", "--out=out.csv");
  assertEquals([code, stdout], [0, ""], stderr);
  const written = await Deno.readTextFile(`${cwd}/out.csv`);
  assertEquals(written.split("\n").length, 4);
  assertEquals(written, (await predict("--model=a", "--data=good.csv")).stdout);
  await Deno.writeTextFile(
    `${cwd}/bad.csv`,
    "problem,size,input,target\nreverse,2,01,10\nreverse,3,121,121\n",
  );
  const before = filesIn(cwd);
  assertRefused(
    await predict("--model=a", "--data=bad.csv", "--out=out.csv"),
    1,
    'Cannot read bad.csv, line 3: its input has "2" at position 2, which is no symbol of reverse, expected one of 01',
  );
  assertEquals([await Deno.readTextFile(`${cwd}/out.csv`), filesIn(cwd)], [written, before]);
});

Deno.test("predict prints the header alone for a dataset without rows", async () => {
  await Deno.writeTextFile(`${cwd}/empty.csv`, "problem,size,input,target\n");
  assertEquals((await predict("--model=a", "--data=empty.csv")).stdout, HEADER);
  assertEquals((await predict("--model=a", "--data=empty.csv", "--json")).stdout, "");
});

Deno.test("predict refuses what it cannot answer in one line", async () => {
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    [["01"], 2, /^Missing --model: expected the path or URL of a model/],
    [["--model=a"], 2, "Missing input: expected inputs such as 0111, or --data FILE"],
    [["--model=a", "--data=good.csv", "01"], 2, "Cannot use --data with INPUT: expected one of them"],
    [
      ["--model=a", "01", "0x"],
      2,
      'Cannot predict input 2: it has "x" at position 2, which is no symbol of reverse, expected one of 01',
    ],
    [["--model=a,late", "01"], 2, /^Cannot average model 1 with model 2/],
    [["--model=a", "--problem=badd", "01"], 2, /^Cannot ask a model of reverse with problem badd/],
    [["--model=a", "--out=./a", "01"], 2, "Cannot use --out ./a: it is the file of --model"],
    [["--model=a", "--out=none/x", "01"], 1, "Cannot write none/x: its directory does not exist"],
    [["--model=a", "--workers=0", "01"], 2, /^Cannot use --workers 0/],
    [["--model=a", "--data=none.csv"], 1, "Cannot read none.csv: no such file or directory"],
  ];
  for (const [args, status, message] of refused) assertRefused(await predict(...args), status, message);
});
