// A training that was interrupted, in whatever way and however often, must end like one that never was.
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadModel, type PresetName, Random, train, type TrainOptions, type TrainReport } from "../../mod.ts";
import { emptyDirectory, filesIn } from "../support/process.ts";
import { configuration, contentsOf, options } from "../support/small_run.ts";
import type { TrainingState } from "../../lib/training/state.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`resume_test: TEST_SEED=${seed}`);

/**
 * A signal that is aborted when it, or one that follows from it, is looked at for the `looks`-th time, be it in training
 * or in evaluation; until it is disposed of.
 */
function abortedAfter(looks: number): { signal: AbortSignal; looksLeft: () => number } & Disposable {
  const controller = new AbortController();
  const { throwIfAborted } = AbortSignal.prototype;
  AbortSignal.prototype.throwIfAborted = function () {
    if (--looks === 0) controller.abort(new Error("Aborted by the test"));
    throwIfAborted.call(this);
  };
  return {
    signal: controller.signal,
    looksLeft: () => looks,
    [Symbol.dispose]: () => {
      AbortSignal.prototype.throwIfAborted = throwIfAborted;
    },
  };
}

const straight = `${emptyDirectory()}/straight`;
await train({ ...options, out: straight });
const expected = await contentsOf(straight);
/** The values of a column of metrics.csv. */
const metrics = (column: string) =>
  expected.metrics.slice(1, -1).map((row) => row[expected.metrics[0]!.indexOf(column)]!);
/** Where the first attempt ended. */
const firstEnd = Number(metrics("step")[metrics("attempt").lastIndexOf("1")]);

Deno.test("the run that all others are compared with has everything that may go wrong", () => {
  const { state } = expected;
  assertEquals([state.attempt, state.ended], [2, "attempts"]);
  assert(state.masteredAt !== null && (state.masteredAt + configuration.steps_after_mastery) % 8 !== 0);
  assert(state.best !== null && state.step > firstEnd && firstEnd > 64);
  assertEquals(new Set(metrics("size")).size, 2);
  assert(new Set(metrics("learning_rate")).size >= 4);
});

Deno.test("train() gives the same bits for the same seed, and others for another", async () => {
  const directory = emptyDirectory();
  const parametersOf = async (name: string, more: TrainOptions) => {
    await train({ ...options, ...more, out: `${directory}/${name}` });
    return (await contentsOf(`${directory}/${name}`)).parameters;
  };
  await parametersOf("again", {});
  assertEquals(await contentsOf(`${directory}/again`), expected);
  assertNotEquals(
    await parametersOf("one", { steps: 16 }),
    await parametersOf("two", { steps: 16, seed: 2 }),
  );
});

Deno.test("a run whose attempts go on from the best weights is resumed to the same bits", async () => {
  const directory = emptyDirectory();
  const going: TrainOptions = {
    ...options,
    seed: 3, // nine in ten right at the end of each attempt: enough to go on from, too few to be confirmed
    attempts: 3,
    configuration: {
      ...configuration,
      ...{
        steps_after_mastery: 14,
        validate_max_multiple: 1,
        validate_every: 32,
        mastery_accuracy: 0.9,
        learning_rate: 0.008,
      },
      ...{
        state_noise_target_accuracy: 0.9,
        state_noise_after_mastery: 0.05,
        state_noise: 0,
        dropout_after_mastery: 0,
      },
    },
  };
  const starts: number[] = [];
  const onReport = (report: TrainReport) => {
    if (report.kind !== "window" || report.state.attempt <= starts.length) return;
    starts.push(report.state.step);
    if (starts.length > 1) assertEquals(report.state.masteredAt, 0, "an attempt starts anew");
  };
  await train({ ...going, out: `${directory}/straight`, onReport });
  const straight = await contentsOf(`${directory}/straight`);
  assertEquals(starts.length, 3);
  const [, second, third] = starts as [number, number, number];
  const limits = [second - 9, second - 3, second, second + 4, third - 8, third - 5, straight.state.step - 3];
  for (const [index, steps] of limits.entries()) {
    await train({ ...going, steps, out: `${directory}/cut`, existing: index === 0 ? undefined : "resume" });
  }
  await train({ ...going, out: `${directory}/cut`, existing: "resume" });
  assertEquals(await contentsOf(`${directory}/cut`), straight);
});

Deno.test("a run that goes on after limits of steps and attempts ends like one without them", async () => {
  const out = `${emptyDirectory()}/run`;
  // In windows, at checks, at validations, and around the ends of both attempts.
  const ends = [firstEnd, expected.state.step].flatMap((end) => [end - 8, end - 5, end - 3, end - 1, end]);
  const limits = [3, 8, 9, 16, 31, ...ends.slice(0, -1)];
  for (const [index, steps] of limits.entries()) {
    const existing = index === 0 ? undefined : "resume";
    const result = await train({ ...options, steps, out, existing, checkpointEvery: 1 + steps % 50 });
    assertEquals(result.steps, steps);
  }
  const controller = new AbortController();
  const { signal } = controller;
  const onReport = ({ kind }: TrainReport) => kind === "row" && controller.abort("in the report");
  const thrown = await train({ ...options, out, existing: "resume", signal, onReport }).catch((thrown) =>
    thrown
  );
  assertEquals([thrown, filesIn(out).includes("report.csv")], ["in the report", false]);
  await train({ ...options, out, existing: "resume" });
  assertEquals(await contentsOf(out), expected);

  const two = `${emptyDirectory()}/run`;
  await train({ ...options, attempts: 1, out: two });
  assertEquals((await contentsOf(two)).state.step, firstEnd);
  await train({ ...options, out: two, existing: "resume" });
  assertEquals(await contentsOf(two), expected);
});

for (const preset of ["diagonal", "paper"] as const satisfies PresetName[]) {
  Deno.test(`a run of the preset ${preset} that goes on ends like one that never stopped`, async () => {
    const directory = emptyDirectory();
    const small: TrainOptions = {
      ...options,
      preset,
      configuration: {
        ...{
          max_size: 3,
          maps: 4,
          batch_size: 8,
          check_every: 4,
          validate_every: 8,
          steps_after_mastery: 100,
        },
        ...(preset === "diagonal" && { bins: [4, 6], learning_rate: 0.1, examples_per_size: 0 }),
      },
    };
    await train({ ...small, steps: 60, out: `${directory}/straight` });
    const contents = await contentsOf(`${directory}/straight`);
    if (preset === "diagonal") assert(contents.state.learningRate < 0.1, "the plateau schedule did nothing");
    for (const steps of [5, 24, 60]) {
      await train({ ...small, steps, out: `${directory}/run`, existing: steps === 5 ? undefined : "resume" });
    }
    assertEquals(await contentsOf(`${directory}/run`), contents);
  });
}

// A validation falls on the last check of an attempt, where the most hangs on the order of things.
const crowded: TrainOptions = { ...options, configuration: { ...configuration, steps_after_mastery: 16 } };

Deno.test("a run that was aborted between every check and its validation ends like one that was not", async () => {
  const directory = emptyDirectory();
  await train({ ...crowded, out: `${directory}/straight` });
  let aborts = 0;
  for (let done = false; !done;) {
    const controller = new AbortController();
    done = await train({
      ...crowded,
      out: `${directory}/run`,
      existing: aborts === 0 ? undefined : "resume",
      signal: controller.signal,
      onReport(report) {
        if (report.kind === "window" && (report.state as TrainingState).validationDue) {
          controller.abort("due");
        }
      },
    }).then(() => true, (thrown) => {
      assertEquals(thrown, "due");
      return ++aborts > 100;
    });
  }
  assert(aborts >= 6 && aborts <= 100, `${aborts} aborts`);
  assertEquals(await contentsOf(`${directory}/run`), await contentsOf(`${directory}/straight`));
});

Deno.test("a run that was aborted at any moments ends like one that was not", async () => {
  const directory = emptyDirectory();
  let looks = 1e6;
  {
    using all = abortedAfter(looks);
    await train({ ...crowded, signal: all.signal, out: `${directory}/straight` });
    looks -= all.looksLeft();
  }
  assert(looks > 300, `${looks} looks`);

  const out = `${directory}/run`;
  const random = new Random(seed, "aborted");
  let aborts = 0;
  for (let i = 0; i < 12; i++) {
    using aborted = abortedAfter(random.between(1, Math.floor(looks / 6)));
    const { signal } = aborted;
    const existing = i === 0 ? undefined : "resume";
    await train({ ...crowded, signal, out, existing, checkpointEvery: random.between(1, 30) }).catch(
      (thrown) => {
        assertEquals(thrown, signal.reason);
        aborts++;
      },
    );
  }
  assert(aborts >= 4, `${aborts} aborts`);
  await train({ ...crowded, out, existing: "resume" });
  assertEquals(await contentsOf(out), await contentsOf(`${directory}/straight`), `TEST_SEED=${seed}`);
});

Deno.test("a run resumes from whatever a crash leaves between two files", async () => {
  const directory = emptyDirectory();
  await train({ ...options, steps: 45, out: `${directory}/early` });
  await train({ ...options, steps: 120, out: `${directory}/late` });
  const crash = async (name: string, files: Record<string, string>, torn = "") => {
    const out = `${directory}/${name}`;
    await Deno.mkdir(out);
    for (const [file, from] of Object.entries(files)) {
      await Deno.copyFile(`${from}/${file}`, `${out}/${file}`);
    }
    await Deno.writeTextFile(`${out}/metrics.csv`, torn, { append: true });
    await Deno.writeTextFile(`${out}/.model.safetensors.123-0badf00d.tmp`, "half a mod");
    let modelSteps: Promise<number | undefined> | undefined;
    const onReport = ({ kind }: TrainReport) => {
      if (kind === "window") {
        modelSteps ??= loadModel(`${out}/model.safetensors`).then(
          ({ origin }) => origin.steps,
          () => undefined,
        );
      }
    };
    await train({ ...options, out, existing: "resume", onReport });
    assertEquals(await contentsOf(out), expected, name);
    return await modelSteps;
  };
  const [early, late] = [`${directory}/early`, `${directory}/late`];
  const config = { "config.json": late };
  const metrics = { ...config, "metrics.csv": late };
  const model = { ...metrics, "model.safetensors": late };
  await crash("before any step", config);
  await crash("in the header of the metrics", config, "step,sec");
  await crash("before the first model", metrics, "128,0.5,2,3,0.1");
  await crash("before the first checkpoint", model);
  await crash(
    "before a model",
    { ...metrics, "model.safetensors": early, "checkpoint.safetensors": early },
    "128",
  );
  const steps = await crash("before a checkpoint", { ...model, "checkpoint.safetensors": early });
  assertEquals(steps, 45, "the model was not restored from the checkpoint");
  await crash("before another attempt's checkpoint", {
    ...{ "config.json": straight, "metrics.csv": straight, "model.safetensors": straight },
    "checkpoint.safetensors": late,
  });
  // From here on the run has ended, and only its report is missing.
  const ended = { "config.json": straight, "metrics.csv": straight, "checkpoint.safetensors": straight };
  await crash("before the results", { ...ended, "model.safetensors": late });
  await crash("before the report", { ...ended, "model.safetensors": straight });
});
