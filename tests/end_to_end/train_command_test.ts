// The train command as a process of its own: its files, its output, its exit statuses.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadModel, VERSION } from "../../mod.ts";
import { assertRefused, emptyDirectory, filesIn, root, run } from "../support/process.ts";
import { cwd, quick, read, tiny, train } from "../support/trainings.ts";

Deno.test("train writes its files, and to standard output the rows of report.csv alone", async () => {
  const { code, stdout, stderr } = await train(...quick, "--attempts=1", "--out=solved");
  assertEquals(code, 0);
  assertEquals(filesIn(`${cwd}/solved`), [
    ...[
      "checkpoint.safetensors",
      "config.json",
      "metrics.csv",
      "model.safetensors",
      "report.csv",
      "report.html",
    ],
    "validation.csv",
  ]);
  assertEquals(stdout, await read("solved/report.csv"));
  const [header, ...rows] = stdout.trimEnd().split("\n");
  assertEquals(
    header,
    "model,problem,suite,size,examples,sequence_accuracy,symbol_accuracy,errors,seconds,answer_accuracy",
  );
  const cells = rows.map((row) => row.split(","));
  assertEquals(
    cells.map((row) => row.slice(0, 5).join()),
    [[4, 256], [8, 128], [20, 64], [40, 64]].flatMap(([size, examples]) =>
      ["random", "carry"].map((suite) => `solved/model.safetensors,copy,${suite},${size},${examples}`)
    ),
  );
  for (const [, , , , examples, sequences, symbols, errors, seconds] of cells.map((row) => row.map(Number))) {
    assertEquals(Math.round(sequences! * examples!), examples! - errors!);
    assert(symbols! >= sequences! && symbols! <= 1 && seconds! >= 0);
  }
  assertMatch(stderr, /^solved: 387 parameters on wasm, WebAssembly/);
  const verdict =
    /\nSolved after (\d+) steps in \d+ s: the report has no error up to size 8(, and beyond: .*)?\n/;
  const [, steps] = verdict.exec(stderr) ?? [];

  const metrics = (await read("solved/metrics.csv")).trimEnd().split("\n");
  assertEquals(
    metrics[0],
    "step,seconds,attempt,size,loss,symbol_accuracy,sequence_accuracy,learning_rate,saturation," +
      "gradient_norm,set_distance,steps_per_second,state_noise",
  );
  const windows = Array.from({ length: Number(steps) / 8 }, (_, i) => 8 * (i + 1));
  assertEquals(metrics.slice(1).map((row) => Number(row.split(",")[0])), windows);
  assert(metrics.slice(1).every((row) => row.split(",").every((cell) => Number.isFinite(Number(cell)))));

  const config = JSON.parse(await read("solved/config.json"));
  assertEquals(config.version, VERSION);
  const noises = [metrics[1]!, metrics.at(-1)!].map((row) => Number(row.split(",").at(-1)));
  const { state_noise, state_noise_after_mastery } = config.configuration;
  assertEquals(noises, [state_noise, state_noise_after_mastery]);
  assertEquals([config.identity.problem, config.identity.seed, config.backend], ["copy", "1", "wasm"]);
  assertEquals([config.configuration.maps, config.configuration.steps_after_mastery], [6, 20]);
  const model = await loadModel(`${cwd}/solved/model.safetensors`);
  assertEquals(model.configuration, config.configuration);
  assertEquals(model.origin, { preset: "default", seed: 1, steps: Number(steps), attempt: 1 });
  assertEquals(model.results.length, rows.length);
});

Deno.test("train --fail-under asks for a solution and for an accuracy", async () => {
  const resume = ["--resume", "--out=solved"];
  assertEquals((await train(...resume, "--fail-under=0")).code, 0);
  const below = await train(...resume, "--fail-under=1");
  assertEquals(below.code, 1);
  assertMatch(below.stderr, /\nBelow --fail-under 1: 0[.\d]* of (random|carry) at size \d+ is right\n$/);
  const unsolved = await train(...tiny, "--steps=2", "--out=unsolved");
  assertEquals(unsolved.code, 0);
  assertMatch(unsolved.stderr, /\nNot solved after 2 steps /);
  assertEquals((await train("--resume", "--out=unsolved", "--fail-under=0")).code, 1);
});

Deno.test("train takes a free directory by default, and clears one only when told", async () => {
  for (const name of ["copy-default-s7", "copy-default-s7-2", "copy-default-s7-3"]) {
    const { code, stderr } = await train(...tiny, "--steps=1", "--seed=7");
    assertEquals(code, 0);
    assertStringIncludes(stderr, ` evaluate --model runs/${name}\n`);
    assertEquals(filesIn(`${cwd}/runs`).at(-1), name);
  }
  await Deno.writeTextFile(`${cwd}/runs/copy-default-s7/notes.txt`, "mine");
  const before = await read("runs/copy-default-s7/report.csv");
  const again = await train(...tiny, "--steps=9", "--seed=8", "--overwrite", "--out=runs/copy-default-s7");
  assertEquals(again.code, 0);
  assertEquals(await read("runs/copy-default-s7/report.csv"), again.stdout);
  assert(before !== again.stdout);
  assertEquals((await read("runs/copy-default-s7/metrics.csv")).split("\n").length, 3);
  assertEquals(await read("runs/copy-default-s7/notes.txt"), "mine");
});

Deno.test("train --from starts from a model's parameters", async () => {
  const still = [...quick, "--steps=1", "--learning-rate=0", "--seed=5"];
  assertEquals((await train(...still, "--from=solved/model.safetensors", "--out=from")).code, 0);
  const [model, from] = await Promise.all([
    loadModel(`${cwd}/from/model.safetensors`),
    loadModel(`${cwd}/solved/model.safetensors`),
  ]);
  assertEquals(model.parameters, from.parameters);
  assert(from.parameters.some((x) => x !== 0));
});

Deno.test("train --data learns from any rows, also of a problem that the toolkit does not know", async () => {
  const rows = (size: number) =>
    Array.from({ length: 3 ** size }, (_, i) => {
      const input = i.toString(3).padStart(size, "0").replace(/./g, (digit) => "xyz"[Number(digit)]!);
      return `shift,${size},${input},${input.slice(1)}${input[0]}\n`;
    });
  const header = "problem,size,input,target\n";
  await Deno.writeTextFile(`${cwd}/rows.csv`, header + [...rows(1), ...rows(4)].join(""));
  await Deno.writeTextFile(
    `${cwd}/held.csv`,
    header + [...rows(4).slice(0, 5), ...rows(6).slice(0, 7)].join("").replaceAll("\n", "\r\n"),
  );
  const small = ["--backend=wasm", "--maps=4", "--batch-size=4", "--steps=10"];

  const own = await train(...small, "--data=rows.csv");
  assertEquals(own.code, 0, own.stderr);
  assertMatch(own.stdout, /\nruns\/shift-default-s1\/model\.safetensors,shift,data,4,[1-9]\d?,[^\n]*\n$/);
  const model = await loadModel(`${cwd}/runs/shift-default-s1/model.safetensors`);
  assertEquals([model.problem, model.configuration.max_size], [{ name: "shift", symbols: "xyz" }, 4]);

  const held = await train(...small, "--data=rows.csv", "--validate=held.csv", "--out=held");
  assertEquals(held.code, 0, held.stderr);
  assertEquals(held.stdout.match(/data,\d+,\d+/g), ["data,4,5", "data,6,7"]);

  await Deno.writeTextFile(`${cwd}/bad.csv`, `${header}shift,1,x,x\nshift,two,xx,xx\n`);
  const malformed = await train(...small, "--data=bad.csv", "--out=bad");
  assertRefused(malformed, 1, 'Cannot read bad.csv, line 3: size is "two", expected a whole number from 1');
  await Deno.writeTextFile(`${cwd}/other.csv`, `${header}shift,1,w,w\n`);
  await Deno.writeTextFile(`${cwd}/mirror.csv`, `${header}mirror,1,x,x\n`);
  assertRefused(
    await train(...small, "--data=rows.csv", "--validate=mirror.csv", "--out=bad"),
    2,
    "Cannot use --validate mirror.csv: its examples are of mirror, expected shift as in --data",
  );
  const other = await train(...small, "--data=rows.csv", "--validate=other.csv", "--out=bad");
  assertRefused(other, 1, 'Cannot read other.csv, line 2: "w" is no symbol of shift, expected one of xyz');
  assertRefused(
    await train(...small, "--data=none.csv"),
    1,
    "Cannot read none.csv: no such file or directory",
  );
});

Deno.test("train --problem takes the path of a module", async () => {
  await Deno.writeTextFile(
    `${cwd}/mine.ts`,
    `import { defineProblem, type Random } from ${JSON.stringify(`${root}/mod.ts`)};
export default defineProblem({
  name: "invert",
  title: "Inverting bits",
  symbols: "01",
  maxSize: 3,
  suites: {
    random: (size: number, random: Random) => Array.from({ length: size }, () => random.integer(2)).join(""),
    zeros: (size: number) => "0".repeat(size),
  },
  answer: (input) => [...input].map((bit) => bit === "0" ? "1" : "0").join(""),
});
`,
  );
  const { code, stdout, stderr } = await train(
    ...tiny.slice(0, 1),
    "--problem=./mine.ts",
    "--maps=4",
    "--steps=3",
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "\nruns/invert-default-s1/model.safetensors,invert,zeros,30,64,");
  assertRefused(await train("--problem=./none.ts"), 1, /^Cannot load problem \.\/none\.ts: Module not found/);
  const resume = ["--resume", "--out=runs/invert-default-s1", "--steps=4"];
  const unnamed = 'Cannot use runs/invert-default-s1: its problem is the module "./mine.ts", ' +
    "expected --problem on the command line";
  assertRefused(await train(...resume), 2, unnamed); // data never makes the toolkit run a module
  assertEquals((await train(...resume, "--problem=./mine.ts")).code, 0);
});

Deno.test("train --help shows the values that follow from preset and problem", async () => {
  const { code, stdout, stderr } = await train(
    "--help",
    "--preset",
    "paper",
    "--problem",
    "bmul",
    "--maps",
    "12",
  );
  assertEquals([code, stderr], [0, ""]);
  const shown = {
    cell: "cgru; paper, section 2",
    maps: "12; given",
    width: "4; paper, section 3",
    "relaxation-pull": "0.0005; paper's code",
    "max-size": "20; of the problem",
    bins: "none; paper, section 3.3",
  };
  const text = stdout.replaceAll(/\n {30,}/g, " "); // without its line breaks
  for (const [flag, value] of Object.entries(shown)) {
    assertMatch(text, new RegExp(`\\n  --${flag} [^(]*\\(default: ${value}\\)\\n`));
  }
  assertMatch((await train("--help")).stdout, /\n {2}--maps N [^(]*\(default: 32; measured here\)\n/);
  assertRefused(await train("--help", "--preset=none"), 2, /^Cannot use --preset none/);
});

Deno.test("train --version prints versions alone", async () => {
  const { code, stdout, stderr } = await train("--version");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, `neural-gpu ${VERSION}\ndeno ${Deno.version.deno}\ntfjs 4.22.0\n`);
});

Deno.test("train --overwrite takes the place of the run in the default directory", async () => {
  const cwd = emptyDirectory();
  const args = ["--problem=copy", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2", "--backend=cpu"];
  for (const more of [[], ["--overwrite"]]) {
    assertEquals((await run("train", [...args, ...more], { cwd })).code, 0);
  }
  assertEquals(filesIn(`${cwd}/runs`), ["copy-default-s1"]);
});
