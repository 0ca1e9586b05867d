// The plot command as a process of its own: what it draws of which files, and what it refuses.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertRefused, emptyDirectory, filesIn, type Outcome, root, run } from "../support/process.ts";
import { readSvg, textsOf } from "../support/svg.ts";

const cwd = emptyDirectory();
const plot = (...args: string[]): Promise<Outcome> => run("plot", args, { cwd });

const write = (name: string, text: string) => Deno.writeTextFile(`${cwd}/${name}`, text);
const REPORT = "model,problem,suite,size,examples,sequence_accuracy,symbol_accuracy,errors,seconds\n";
await write(
  "report.csv",
  `${REPORT}copy,copy,random,40,64,1,1,0,0.1\ncopy,copy,random,80,64,0.5,0.9,32,0.1\n`,
);
await write("other.csv", `${REPORT}gone,copy,random,40,64,0.25,1,48,0.1\n`);
await write("metrics.csv", "step,seconds,attempt,size,loss\n8,0.1,1,3,1.5\n16,0.2,1,4,0.5\n");
await write(
  "validation.csv",
  "step,attempt,size,suite,examples,sequence_accuracy,confirmation\n16,1,4,random,64,0.5,0\n",
);
await write(
  "predictions.csv",
  "model,problem,suite,size,input,output,target,right,margin\nm,badd,random,2,10+10,11,010,false,0.5\n",
);
await write("answers.csv", "model,problem,size,input,output,target,right,margin\nm,copy,,01,01,,,0.5\n");

/** The texts of the picture that a command printed. */
function textsIn({ code, stdout, stderr }: Outcome): string[] {
  assertEquals(code, 0, stderr);
  return textsOf(readSvg(stdout));
}

Deno.test("plot draws reports, and marks the training size of the models that it finds", async () => {
  const outcome = await plot("report.csv", "other.csv");
  const texts = textsIn(outcome);
  assertEquals(texts[0], "Sequence accuracy by size");
  assert(["copy", "gone", "trained to 40"].every((text) => texts.includes(text)), texts.join("\n"));
  assertMatch(outcome.stderr, /^The training size of "gone" is not drawn: [^\n]+\n$/);
});

Deno.test("plot writes --out whole, and the same bytes to standard output without it or with -", async () => {
  const { code, stdout, stderr } = await plot("metrics.csv", "validation.csv", "--out=training.svg");
  assertEquals([code, stdout, stderr], [0, "", ""]);
  const svg = await Deno.readTextFile(`${cwd}/training.svg`);
  const texts = textsOf(readSvg(svg));
  assert(texts.includes("size 4 (1×)") && texts.some((text) => text.startsWith("loss")), texts.join("\n"));
  assertEquals((await plot("validation.csv", "metrics.csv")).stdout, svg);
  assertEquals((await plot("metrics.csv", "validation.csv", "--out=-")).stdout, svg);
  await Deno.remove(`${cwd}/training.svg`);
});

Deno.test("plot draws the table of a sweep, as docs/ shows it", async () => {
  const outcome = await plot(`${root}/data/ablation.csv`);
  assertEquals(outcome.stdout, await Deno.readTextFile(`${root}/docs/ablation.svg`));
  const texts = textsIn(outcome);
  assertEquals(texts.filter((text) => text.endsWith("(5 runs)")).length, 5);
});

Deno.test("plot draws of predictions what is wrong, for sums with the carries first", async () => {
  const texts = textsIn(await plot("predictions.csv"));
  const at = [
    "Wrong sums by the length of their longest carry",
    "1 of 1 answers wrong",
    "m: 2 of 3 positions wrong",
  ]
    .map((text) => texts.indexOf(text));
  assertEquals(at.toSorted((a, b) => a - b), at);
  assert(at[0] === 0, texts.join("\n"));
  const message = "Cannot read answers.csv: the column right is empty in every row, " +
    "expected inputs of which the answer is known";
  assertRefused(await plot("answers.csv"), 1, message);
});

Deno.test("plot refuses a file that is none of its tables, with its header", async () => {
  const expected =
    "expected the header of metrics.csv, validation.csv, a report, a sweep's table or predictions";
  await write("dataset.csv", "problem,size,input,target\nbadd,1,1+1,01\n");
  const header = 'its header is "problem,size,input,target"';
  assertRefused(await plot("dataset.csv"), 1, `Cannot read dataset.csv: ${header}, ${expected}`);
  await write("empty.csv", "");
  assertRefused(await plot("empty.csv"), 1, `Cannot read empty.csv: it is empty, ${expected}`);
  assertRefused(await plot("none.csv"), 1, "Cannot read none.csv: no such file or directory");
});

Deno.test("plot refuses a header without rows, and a cell that is no number, with its place", async () => {
  await write("header.csv", REPORT);
  const message = "Cannot read header.csv: it has a header and no rows, expected one row at least";
  assertRefused(await plot("header.csv"), 1, message);
  await write("wrong.csv", `${REPORT}m,copy,random,4,64,1,1,0,0.1\nm,copy,random,8,64,1.5,1,0,0.1\n`);
  const place = 'row 2 has sequence_accuracy "1.5", expected a number from 0 to 1';
  assertRefused(await plot("wrong.csv"), 1, `Cannot read wrong.csv: ${place}`);
  await write("torn.csv", `${REPORT}m,copy,ran\n`);
  assertRefused(await plot("torn.csv"), 1, "Cannot read torn.csv: row 1 has 3 cells, expected 9");
});

Deno.test("plot refuses files that make no picture together", async () => {
  const expected =
    "reports, or predictions, or one run's metrics.csv and validation.csv, or one table of a sweep";
  for (
    const [a, b, message] of [
      ["report.csv", "metrics.csv", "report.csv (report) and metrics.csv (metrics)"],
      ["metrics.csv", "metrics.csv", "metrics.csv (metrics) and metrics.csv (metrics)"],
    ] as const
  ) {
    assertRefused(await plot(a, b), 2, `Cannot draw ${message} in one picture: expected ${expected}`);
  }
  assertRefused(await plot(), 2, "Missing FILE: expected tables such as runs/badd-default-s1/report.csv");
});

Deno.test("plot refuses an --out that it cannot write before it reads, and leaves nothing behind", async () => {
  const before = filesIn(cwd);
  const ending = "Cannot use --out a.png: expected a name that ends with .svg";
  assertRefused(await plot("none.csv", "--out=a.png"), 2, ending);
  const directory = "Cannot write no/a.svg: its directory does not exist";
  assertRefused(await plot("none.csv", "--out=no/a.svg"), 1, directory);
  assertRefused(await plot("none.csv", "--out=a.svg"), 1, /^Cannot read none\.csv/);
  assertEquals(filesIn(cwd), before);
  await write("table.svg", REPORT);
  const same = "Cannot use --out table.svg: it is one of the files to read";
  assertRefused(await plot("table.svg", "--out=table.svg"), 2, same);
  assertEquals(await Deno.readTextFile(`${cwd}/table.svg`), REPORT);
});
