// The train command as a process of its own: its files, its output, its exit statuses.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadModel, VERSION } from "../../mod.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  type Outcome,
  permissionsOf,
  root,
  run,
} from "../support/process.ts";

const cwd = emptyDirectory();
const tiny = ["--backend=wasm", "--problem=copy", "--max-size=2", "--maps=4", "--batch-size=4"];
/** Learns to copy within a hundred steps or so, and fails at ten times the length: nothing is dropped, nothing noisy. */
const quick = [
  ...["--backend=wasm", "--problem=copy", "--max-size=4", "--start-size=1", "--maps=6", "--batch-size=16"],
  ...["--steps-after-mastery=20", "--validate-every=16", "--validate-max-multiple=2"],
  ...["--dropout=0", "--state-noise-after-mastery=0", "--clean-share-after-mastery=0"],
];

const train = (...args: string[]): Promise<Outcome> => run("train", args, { cwd });
const read = (path: string): Promise<string> => Deno.readTextFile(`${cwd}/${path}`);

Deno.test("train writes its files, and to standard output the rows of report.csv alone", async () => {
  const { code, stdout, stderr } = await train(...quick, "--attempts=1", "--out=solved");
  assertEquals(code, 0);
  assertEquals(filesIn(`${cwd}/solved`), [
    ...["checkpoint.safetensors", "config.json", "metrics.csv", "model.safetensors", "report.csv"],
    "validation.csv",
  ]);
  assertEquals(stdout, await read("solved/report.csv"));
  const [header, ...rows] = stdout.trimEnd().split("\n");
  assertEquals(header, "model,problem,suite,size,examples,sequence_accuracy,symbol_accuracy,errors,seconds");
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
      "gradient_norm,set_distance,steps_per_second",
  );
  const windows = Array.from({ length: Number(steps) / 8 }, (_, i) => 8 * (i + 1));
  assertEquals(metrics.slice(1).map((row) => Number(row.split(",")[0])), windows);
  assert(metrics.slice(1).every((row) => row.split(",").every((cell) => Number.isFinite(Number(cell)))));

  const config = JSON.parse(await read("solved/config.json"));
  assertEquals(config.version, VERSION);
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

const misuses: [args: string[], message: string | RegExp][] = [
  [["--map=4"], "Cannot use --map: no such flag, did you mean --maps"],
  [["badd"], "Cannot use argument badd: expected flags only"],
  [["--maps=0"], "Cannot use --maps 0: expected a whole number from 1 to 4096"],
  [["--maps", "4.5"], "Cannot use --maps 4.5: expected a whole number from 1 to 4096"],
  [["--dropout=1"], "Cannot use --dropout 1: expected a number from 0 to 0.99"],
  [["--learning-rate=fast"], "Cannot use --learning-rate fast: expected a number from 0 to 10"],
  [["--optimizer=sgd"], "Cannot use --optimizer sgd: expected adamax or adam"],
  [["--saturation-of-embedding=yes"], "Cannot use --saturation-of-embedding yes: expected true or false"],
  [
    ["--bins=8,x"],
    "Cannot use --bins 8,x: expected whole numbers from 3 to 100000, separated by commas, or none",
  ],
  [["--kernel-length=4"], "Cannot use --kernel-length 4: expected an odd number"],
  [["--state-levels=4"], "Cannot use --state-levels 4: expected 0, or an odd number from 3"],
  [["--width=4"], "Cannot use --width 4: expected 1 for the diagonal cell"],
  [["--start-size=5", "--max-size=4"], /^Cannot use --start-size 5: expected at most /],
  [
    ["--problem=bmul", "--state-noise-after-mastery=0"],
    "Cannot use --state-noise-after-mastery 0: expected more than 0 with --state-noise-target-accuracy 0.925, as the noise grows from there",
  ],
  [["--steps=0"], "Cannot use --steps 0: expected a whole number from 1 to 9007199254740991"],
  [["--attempts=0"], "Cannot use --attempts 0: expected a whole number from 1 to 1000000"],
  [["--seed", "-1"], "Cannot use --seed -1: expected a whole number from 0 to 9007199254740991"],
  [["--fail-under=2"], "Cannot use --fail-under 2: expected a number from 0 to 1"],
  [["--backend=gpu"], "Cannot use --backend gpu: expected one of auto, webgpu, wasm, cpu"],
  [["--preset=best"], "Cannot use --preset best: expected default or diagonal or paper"],
  [
    ["--problem=sum"],
    /^Cannot use --problem "sum": expected badd, .* or the path of a module such as \.\/mine\.ts$/,
  ],
  [["--resume", "--overwrite"], "Cannot use --overwrite with --resume: expected one of them"],
  [["--resume", "--out=nothing"], "Cannot resume nothing: it holds no run (no config.json)"],
  [["--resume"], "Cannot resume runs/badd-default-s1: it holds no run (no config.json)"],
  [
    [...tiny, "--out=solved"],
    "Cannot use --out solved: it holds another run, expected a new directory, --resume or --overwrite",
  ],
  [["--validate=rows.csv"], "Cannot use --validate without --data: expected both"],
  [["--data=rows.csv", "--problem=badd"], "Cannot use --problem with --data: expected one of them"],
  [[...tiny, "--from=solved/model.safetensors"], "Cannot start from the model: its maps is 6, expected 4"],
];
Deno.test("train refuses wrong usage in one line with status 2", async () => {
  const before = filesIn(cwd);
  for (const [args, message] of misuses) assertRefused(await train(...args), 2, message);
  assertEquals(filesIn(cwd), before);
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

Deno.test("train refuses to resume from damaged files, and leaves them as they are", async () => {
  assertEquals((await train(...tiny, "--steps=9", "--out=whole")).code, 0);
  const model = await Deno.readFile(`${cwd}/whole/model.safetensors`);
  const checkpoint = await Deno.readFile(`${cwd}/whole/checkpoint.safetensors`);
  const config = await read("whole/config.json");
  const other = await Deno.readFile(`${cwd}/solved/checkpoint.safetensors`);
  const damages: [file: string, content: Uint8Array | string, complaint: string | RegExp][] = [
    [
      "checkpoint.safetensors",
      checkpoint.slice(0, -1),
      /: it is cut short: its tensors have \d+ bytes, but \d+ are left$/,
    ],
    ["checkpoint.safetensors", "", /: it is too short for a safetensors file$/],
    ["checkpoint.safetensors", model, /: its format is "neural-gpu-model", expected neural-gpu-checkpoint$/],
    ["checkpoint.safetensors", other, /: size of its state is 4, expected one of the sizes trained$/],
    ["model.safetensors", checkpoint, /: its format is "neural-gpu-checkpoint", expected neural-gpu-model$/],
    ["config.json", config.slice(0, 40), /: it is not the configuration of a run, format version \d+$/],
    ["config.json", "null", /: it is not the configuration of a run/],
    ["config.json", '{"format_version":"6"}', /: it is not the configuration of a run/],
    [
      "config.json",
      config.replace(/"format_version": "\d+"/, '"format_version": "1"'),
      /: it is not the conf/,
    ],
  ];
  for (const [file, content, complaint] of damages) {
    const whole = await Deno.readFile(`${cwd}/whole/${file}`);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(`${cwd}/whole/${file}`, bytes);
    const outcome = await train("--resume", "--out=whole");
    assertRefused(outcome, 1, complaint);
    assertStringIncludes(outcome.stderr, `error: Cannot read whole/${file}: `);
    assertEquals(await Deno.readFile(`${cwd}/whole/${file}`), bytes);
    await Deno.writeFile(`${cwd}/whole/${file}`, whole);
  }
  assertEquals((await train("--resume", "--out=whole")).code, 0);
});

Deno.test("train tells in one line where it cannot write", async () => {
  await Deno.writeTextFile(`${cwd}/file`, "");
  assertRefused(await train(...tiny, "--out=file"), 1, "Cannot make the directory file: it already exists");
  assertRefused(await train(...tiny, "--out=file/run"), 1, /^Cannot make the directory file\/run: /);
});

Deno.test({
  name: "train ends in one line when the disk is full",
  ignore: Deno.build.os === "windows",
  async fn() {
    // A limit on the size of files stands in for a full disk: 8 blocks of 512 bytes hold all but the model.
    const script = 'trap "" XFSZ; ulimit -f 8; exec "$@"';
    const deno = [Deno.execPath(), "run", "-q", "--config", `${root}/deno.json`, ...permissionsOf("train")];
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [
        "-c",
        script,
        "sh",
        ...deno,
        `${root}/tasks/train.ts`,
        ...quick.slice(0, 2),
        "--maps=12",
        "--steps=8",
        "--out=full",
      ],
      cwd,
      env: { NO_COLOR: "1" },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, out], [1, ""], err);
    assertMatch(err!, /\nerror: Cannot write full\/model\.safetensors: [^\n]+\n$/);
    assertEquals(filesIn(`${cwd}/full`), ["config.json", "metrics.csv", "validation.csv"]);
  },
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

Deno.test("train refuses a training that does not fit in memory, with the figure, before it writes anything", async () => {
  const cwd = emptyDirectory();
  for (const args of [["--max-size=3000"], ["--maps=4000"]]) {
    const outcome = await run("train", [...args, "--backend=wasm", `--out=${cwd}/run`]);
    assertRefused(
      outcome,
      1,
      /^Cannot train at size \d+ on wasm: a step needs at least [\d.]+ GB, expected at most /,
    );
  }
  assertEquals(filesIn(cwd), []);
});

Deno.test("train --overwrite takes the place of the run in the default directory", async () => {
  const cwd = emptyDirectory();
  const args = ["--problem=copy", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2", "--backend=cpu"];
  for (const more of [[], ["--overwrite"]]) {
    assertEquals((await run("train", [...args, ...more], { cwd })).code, 0);
  }
  assertEquals(filesIn(`${cwd}/runs`), ["copy-default-s1"]);
});
