// What mod.ts offers to programs.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  defineProblem,
  evaluate,
  generate,
  loadModel,
  problems,
  RunError,
  solve,
  train,
  type TrainOptions,
  type TrainReport,
  UsageError,
} from "../../mod.ts";
import { kernelsHoldNothing } from "../support/kernel_memory.ts";
import { emptyDirectory, filesIn, run } from "../support/process.ts";
import { tenSteps as options } from "../support/tiny_run.ts";

const directory = emptyDirectory();

Deno.test("train() without a directory trains, tells what happens, writes nothing and frees its memory", async () => {
  const reports: TrainReport[] = [];
  const { model, solved, steps } = await train({ ...options, onReport: (report) => reports.push(report) });
  assert(kernelsHoldNothing());
  assertEquals([solved, steps], [false, 10]);
  assertEquals(model.problem, { name: "copy", symbols: "01" });
  assertEquals(model.results.map(({ size }) => size), [2, 2, 4, 4, 10, 10, 20, 20]);
  const momentary: readonly string[] = ["step", "validating", "evaluating"];
  const kinds = reports.map(({ kind }) => kind).filter((kind) => !momentary.includes(kind));
  assertEquals(kinds, [
    "start",
    "window",
    "window",
    "validation",
    ...model.results.map(() => "row" as const),
  ]);
  assertEquals(reports.filter(({ kind }) => kind === "step").length, 10);
  assertEquals(reports.flatMap((report) => report.kind === "row" ? [report.row] : []), [...model.results]);
  assertEquals(filesIn(directory), []);
});

Deno.test("train() throws the reason of its signal, and leaves a checkpoint to go on from", async () => {
  const out = `${directory}/aborted`;
  const reason = { my: "reason" };
  for (const more of [{}, { out }]) {
    const controller = new AbortController();
    const thrown = await train({
      ...options,
      ...more,
      signal: controller.signal,
      onReport: ({ kind }) => kind === "window" && controller.abort(reason),
    }).then(() => undefined, (thrown) => thrown);
    assert(thrown === reason);
  }
  assertEquals(filesIn(out), [
    ...["checkpoint.safetensors", "config.json", "metrics.csv", "model.safetensors", "validation.csv"],
  ]);
  const resumed = await train({ ...options, out, existing: "resume" });
  const { model } = await train(options);
  assertEquals([resumed.steps, resumed.model.parameters], [10, model.parameters]);
  assertEquals((await loadModel(`${out}/model.safetensors`)).parameters, model.parameters);

  const thrown = await train({ ...options, signal: AbortSignal.abort(reason) }).catch((thrown) => thrown);
  assert(thrown === reason);
});

Deno.test("train() refuses what cannot be", async () => {
  const { model } = await train({ ...options, steps: 1 });
  const refused: [more: TrainOptions, message: RegExp][] = [
    [{ configuration: { maps: 0 } }, /^Cannot train with maps 0: expected a whole number from 1 to 4096$/],
    [{ configuration: { kernel_length: 2 } }, /^Cannot use kernel_length 2: expected an odd number$/],
    [{ preset: "none" as "paper" }, /^Cannot use preset none: /],
    [{ from: model, configuration: { maps: 5 } }, /^Cannot start from the model: its maps is 4, expected 5$/],
    [
      { from: model, problem: problems.badd! },
      /^Cannot start from the model: its alphabet is 01, expected 01\+$/,
    ],
    [{ out: `${directory}/aborted` }, /^Cannot use out .*: it holds another run, /],
    [
      { out: `${directory}/none`, existing: "resume" },
      /^Cannot resume .*: it holds no run \(no config\.json\)$/,
    ],
  ];
  for (const [more, message] of refused) {
    assertMatch((await assertRejects(() => train({ ...options, ...more }), UsageError)).message, message);
  }
  await assertRejects(
    () => train({ ...options, backend: "cpu" }),
    RunError,
    "wasm runs already in this process",
  );
});

Deno.test("train() learns a problem of one's own, and evaluate() and generate() take it", async () => {
  const problem = defineProblem({
    name: "swap",
    title: "Letters swapped",
    symbols: "ab",
    maxSize: 2,
    suites: {
      random: (size, random) => Array.from({ length: size }, () => random.pick(["a", "b"])).join(""),
      one: (size) => "a".repeat(size),
    },
    answer: (input) => [...input].map((letter) => letter === "a" ? "b" : "a").join(""),
  });
  const rows = [...generate({ problem, suite: "one", sizes: [1, 2], count: 1, seed: 1 })];
  assertEquals(rows.map(({ input, target }) => input + target), ["ab", "aabb"]);
  const { model } = await train({ ...options, problem });
  const models = [{ model, name: "mine" }];
  const scored = await Array.fromAsync(evaluate({ models, problem, sizes: [3], examples: 2 }));
  assertEquals(
    scored.map(({ model, problem, suite, size, examples }) => [model, problem, suite, size, examples]),
    [
      ["mine", "swap", "random", 3, 2],
      ["mine", "swap", "one", 3, 2],
    ],
  );
  const [data] = await Array.fromAsync(evaluate({ models, rows }));
  assertEquals([data?.suite, data?.size], ["data", 1]);
  await assertRejects(() => evaluate({ models }).next(), UsageError, "Cannot make examples of swap");

  const own = { problem, rows: rows.flatMap((row) => Array(4).fill(row)), validation: rows };
  const trained = await train({ ...options, problem: undefined, data: own });
  assertEquals(trained.model.results.map(({ suite, size }) => [suite, size]), [["data", 1], ["data", 2]]);
});

Deno.test("evaluate() yields rows one by one, and frees its memory when it is left or aborted", async () => {
  const { model } = await train({ ...options, steps: 1 });
  const models = [{ model, name: "mine" }];
  for await (const { size } of evaluate({ models, sizes: [1, 1000], examples: 1 })) {
    assertEquals(size, 1);
    break;
  }
  const controller = new AbortController();
  const rows = evaluate({ models, sizes: [1, 2], examples: 1, signal: controller.signal });
  assertEquals((await rows.next()).value?.size, 1);
  controller.abort("enough");
  assertEquals(await rows.next().then(() => undefined, (thrown) => thrown), "enough");
  assert(kernelsHoldNothing());
  await assertRejects(
    () => evaluate({ models: [] }).next(),
    UsageError,
    "Cannot evaluate with models []: expected an array of objects with model and name, one at least",
  );
  await assertRejects(
    () => evaluate({ models, suites: ["hard"] }).next(),
    UsageError,
    "Cannot use suites hard",
  );
});

Deno.test("solve() tells the truth, and whether the model does", async () => {
  const { model } = await train({ ...options, problem: problems.mul!, steps: 1 });
  const { truth, right, written, answer } = await solve(model, "12 × 345");
  assertEquals([truth, right], [4140n, answer === 4140n && written.length === 6]);
  assertEquals(await solve([model, model], "12 × 345"), { truth, right, written, answer });
  assert(kernelsHoldNothing());
  await assertRejects(
    () => solve(model, "12 + 345"),
    UsageError,
    "Cannot solve 12 + 345 with a model of mul",
  );
  const signal = AbortSignal.abort("stop");
  assertEquals(await solve(model, "1 * 1", { signal }).then(() => undefined, (thrown) => thrown), "stop");
});

Deno.test("a run begun by train() is resumed by the command line with its own settings", async () => {
  const out = `${emptyDirectory()}/run`;
  await train({ ...options, out });
  const args = [`--out=${out}`, "--resume", "--backend=wasm", "--steps=20"];
  const { code, stdout, stderr } = await run("train", args);
  assertEquals(code, 0, stderr);
  assertEquals(stdout, await Deno.readTextFile(`${out}/report.csv`));
  assertMatch(
    (await run("train", [...args, "--maps=5"])).stderr,
    /^error: Cannot resume .*: maps was 4 and is now 5\n$/m,
  );
});

Deno.test("train() and evaluate() refuse impossible numbers in one line", async () => {
  const { model } = await train(options);
  const models = [{ model, name: "mine" }];
  for (const wrong of [{ seed: -1 }, { attempts: 0 }, { steps: 0 }, { checkpointEvery: 0 }]) {
    await assertRejects(
      () => train({ ...options, ...wrong }),
      UsageError,
      "expected a whole number of at least",
    );
  }
  await assertRejects(
    () => train({ ...options, existing: "resume" }),
    UsageError,
    "Cannot resume without `out`",
  );
  for (const wrong of [{ examples: 0 }, { sizes: [0] }, { sizes: [1.5] }]) {
    const { message } = await assertRejects(
      () => Array.fromAsync(evaluate({ models, ...wrong })),
      UsageError,
    );
    assertMatch(message, /^Cannot evaluate with .*: expected an? .*whole numbers? of at least 1/);
  }
});

Deno.test("train() takes data of any size, on to the largest, also of a problem that it knows", async () => {
  const problem = { name: "copy", symbols: "01", maxSize: 2 };
  const rows = Array.from({ length: 150000 }, (_, i) => {
    const input = (i % 32).toString(2).padStart(5, "0");
    return { problem: "copy", size: 5, input, target: input };
  });
  const { model } = await train({
    ...options,
    configuration: { maps: 4, batch_size: 4 },
    data: { problem, rows },
    steps: 2,
  });
  assertEquals(model.configuration.max_size, 5);
});

Deno.test("train() stops where the loss is no number any more, and keeps the checkpoint of before", async () => {
  const out = `${emptyDirectory()}/run`;
  const { model } = await train(options);
  const from = { ...model, parameters: model.parameters.map(() => 1e38) };
  await assertRejects(
    () => train({ ...options, out, from }),
    RunError,
    "Training diverged by step",
  );
  assertEquals(filesIn(out), ["config.json", "metrics.csv", "validation.csv"]);
});
