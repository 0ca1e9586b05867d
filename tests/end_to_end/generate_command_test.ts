// The generate command as a process of its own.
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { generate, problems } from "../../mod.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  outcomeOf,
  permissionsOf,
  root,
  run,
  start,
} from "../support/process.ts";

const generateRows = async (...args: string[]) => {
  const { code, stdout, stderr } = await run("generate", args);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
};

Deno.test("generate prints as many rows of each size as asked, each right", async () => {
  const stdout = await generateRows("--problem=badd", "--size=2..4", "--count=3", "--suite=carry");
  const [header, ...rows] = stdout.trimEnd().split("\n");
  assertEquals(header, "problem,size,input,target");
  assertEquals(rows.map((row) => row.split(",")[1]).join(""), "222333444");
  for (const row of rows) {
    const [problem, size, input, target] = row.split(",");
    assertEquals([problem, input!.length], ["badd", 2 * Number(size) + 1]);
    const [a, b, sum] = [...input!.split("+"), target!].map((digits) =>
      parseInt([...digits].reverse().join(""), 2)
    );
    assertEquals(a! + b!, sum, row);
  }
  assertEquals((await generateRows("--problem=sort", "--size=7", "--count=1")).split("\n").length, 3);
});

Deno.test("generate prints what the library's generate() yields, the same for the same seed", async () => {
  const args = ["--problem=mul", "--size=1..3,10,2", "--count=4"];
  const first = await generateRows(...args, "--seed=5");
  const rows = generate({
    problem: problems.mul!,
    suite: "random",
    sizes: [1, 2, 3, 10],
    count: 4,
    seed: 5,
  });
  const lines = [...rows].map(({ problem, size, input, target }) =>
    `${problem},${size},${input},${target}\n`
  );
  assertEquals(first, "problem,size,input,target\n" + lines.join(""));
  assertEquals(await generateRows(...args, "--seed=5"), first);
  assertNotEquals(await generateRows(...args), first);
  assertEquals(await generateRows(...args), await generateRows(...args, "--seed", "1"));
});

Deno.test("generate --json writes one array of the same rows", async () => {
  const args = ["--problem=copy", "--count=700", "--size=1..3"];
  const rows = JSON.parse(await generateRows(...args, "--json"));
  assertEquals(rows.length, 2100);
  assertEquals(Object.keys(rows[0]), ["problem", "size", "input", "target"]);
  const lines = rows.map((row: Record<string, unknown>) => Object.values(row).join() + "\n");
  assertEquals("problem,size,input,target\n" + lines.join(""), await generateRows(...args));
  const out = `${emptyDirectory()}/rows.json`;
  assertEquals(await generateRows(...args, "--json", `--out=${out}`), "");
  assertEquals(JSON.parse(await Deno.readTextFile(out)), rows);
});

Deno.test("generate --out writes the file whole, in place of what was there", async () => {
  const out = `${emptyDirectory()}/rows.csv`;
  await Deno.writeTextFile(out, "old");
  assertEquals(await generateRows("--problem=copy", "--size=3", "--count=2", `--out=${out}`), "");
  assertEquals(await Deno.readTextFile(out), await generateRows("--problem=copy", "--size=3", "--count=2"));
});

Deno.test("generate refuses wrong usage in one line", async () => {
  const given = ["--problem=badd", "--size=3", "--count=1"];
  const without = (name: string) => given.filter((flag) => !flag.startsWith(`--${name}`));
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    ...["problem", "size", "count"].map((name): typeof refused[number] => [
      without(name),
      2,
      `Missing --${name}: expected --problem, --size and --count`,
    ]),
    [
      [...without("problem"), "--problem=sum"],
      2,
      /^Cannot use --problem "sum": expected a name that generate --list /,
    ],
    [
      [...without("problem"), "--problem=sort-1"],
      2,
      'Cannot use --problem "sort-1": expected sort, which has 2 symbols, or sort-N with N from 3 to 62, ' +
      "or the path of a module such as ./mine.ts",
    ],
    [[...given, "--list"], 2, "Cannot use --list with --problem: expected one of them"],
    [["--list", "--seed=2"], 2, "Cannot use --list with --seed: expected one of them"],
    [
      [...without("problem"), "--problem=./none.ts"],
      1,
      /^Cannot load problem \.\/none\.ts: Module not found/,
    ],
    [
      [...without("size"), "--size=4..2"],
      2,
      /^Cannot use --size 4\.\.2: expected N, N,N or A\.\.B with whole numbers from 1 /,
    ],
    [[...without("size"), "--size=0"], 2, /^Cannot use --size 0: /],
    [[...without("count"), "--count=0"], 2, /^Cannot use --count 0: expected a whole number from 1 /],
    [[...without("count"), "--count=1e3"], 2, /^Cannot use --count 1e3: /],
    [[...given, "--seed=x"], 2, /^Cannot use --seed x: expected a whole number from 0 to 9007199254740991$/],
    [[...given, "--suite=hard"], 2, "Cannot use --suite hard: expected one of random, carry"],
    [[...given, "--cuont=2"], 2, "Cannot use --cuont: no such flag, did you mean --count"],
    [[...given, "--out=/none/rows.csv"], 1, "Cannot write /none/rows.csv: its directory does not exist"],
  ];
  for (const [args, status, message] of refused) assertRefused(await run("generate", args), status, message);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("generate leaves nothing half-written when a signal ends it", unix, async () => {
  const cwd = emptyDirectory();
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const args = ["--problem=bmul", "--size=100", "--count=1000000000", "--out=rows.csv"];
    const process = start("generate", args, { cwd });
    while (filesIn(cwd).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    process.kill(signal);
    assertEquals(await outcomeOf(process), { code: status, stdout: "", stderr: "" });
    assertEquals(filesIn(cwd), []);
  }
});

Deno.test({
  name: "generate ends in one line when the disk is full",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const cwd = emptyDirectory();
    const through = async (script: string, ...more: string[]) => {
      const deno = [
        Deno.execPath(),
        "run",
        "-q",
        "--config",
        `${root}/deno.json`,
        ...permissionsOf("generate"),
      ];
      const args = [`${root}/tasks/generate.ts`, "--problem=copy", "--size=9", "--count=9999", ...more];
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", script, "sh", ...deno, ...args],
        cwd,
        env: { NO_COLOR: "1" },
      }).output();
      return { code, stderr: new TextDecoder().decode(stderr) };
    };
    assertEquals(await through('"$@" > /dev/full'), {
      code: 1,
      stderr: "error: Cannot write standard output: no space left on the device\n",
    });
    // A limit on the size of files stands in for a full disk.
    const { code, stderr } = await through('trap "" XFSZ; ulimit -f 8; exec "$@"', "--out=rows.csv");
    assertEquals(code, 1);
    assertMatch(stderr, /^error: Cannot write rows\.csv: [^\n]+\n$/);
    assertEquals(filesIn(cwd), []);
  },
});

Deno.test("generate ends quietly when the reader of its rows goes away", unix, async () => {
  const process = start("generate", ["--problem=copy", "--size=9", "--count=100000000"]);
  const reader = process.stdout.getReader();
  assert(new TextDecoder().decode((await reader.read()).value).startsWith("problem,size,input,target\n"));
  await reader.cancel();
  assertEquals([await new Response(process.stderr).text(), (await process.status).code], ["", 141]);
});

Deno.test("generate --list prints all problems, and takes their names and variants", async () => {
  const [header, ...rows] = (await generateRows("--list")).trimEnd().split("\n");
  assertEquals(header, "name,family,symbols,size,description,source,input,target");
  assertEquals(rows.map((row) => row.split(",")[0]), Object.keys(problems));
  assertEquals(JSON.parse(await generateRows("--list", "--json")).length, rows.length);
  const args = ["--size=3,9", "--count=2", "--suite=carry"];
  for (const name of ["solve-equation", "sort-7"]) {
    const lines = (await generateRows(`--problem=${name}`, ...args)).trimEnd().split("\n").slice(1);
    assertEquals(
      lines.map((row) => row.split(",").slice(0, 2).join()),
      [3, 3, 9, 9].map((size) => `${name},${size}`),
    );
  }
});

Deno.test("generate --problem takes a module, from a directory without anything else", async () => {
  const cwd = emptyDirectory();
  await Deno.writeTextFile(
    `${cwd}/mine.ts`,
    `export default {
  name: "parity",
  title: "Whether the number of ones is odd",
  symbols: "01",
  maxSize: 10,
  suites: { random: (size: number) => "1".repeat(size), carry: (size: number) => "0".repeat(size) },
  answer: (input: string) => String(input.split("1").length % 2 === 0 ? 1 : 0),
};
`,
  );
  const rows = async (...args: string[]) =>
    await run("generate", ["--problem=./mine.ts", "--size=2..3", "--count=1", ...args], { cwd });
  assertEquals(await rows(), {
    code: 0,
    stdout: "problem,size,input,target\nparity,2,11,0\nparity,3,111,1\n",
    stderr: "",
  });
  assertEquals((await rows("--suite=carry", `--problem=${cwd}/mine.ts`)).code, 2); // given twice
  assertMatch((await rows("--suite=carry")).stdout, /\nparity,3,000,0\n$/);
  await Deno.writeTextFile(`${cwd}/mine.ts`, "export default { name: 'parity' };");
  assertRefused(
    await rows(),
    1,
    "Cannot load problem ./mine.ts: its title is undefined, expected string",
  );
});
