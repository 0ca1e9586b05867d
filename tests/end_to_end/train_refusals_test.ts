// What train refuses, and how it fails: in one line, with what is there left as it was.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertRefused, emptyDirectory, filesIn, permissionsOf, root, run } from "../support/process.ts";
import { cwd, quick, read, tiny, train } from "../support/trainings.ts";

// A run that is there already, and learns to copy.
assertEquals((await train(...quick, "--attempts=1", "--out=solved")).code, 0);

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
    /^Cannot use --problem "sum": expected a name that generate --list .*, or the path of a module such as \.\/mine\.ts$/,
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
