// However many threads compute, the bits are the same; and workers end with what they were started for.
import { kernelsOf, startBackend } from "../../lib/engine/backends.ts";
import { Engine } from "../../lib/engine/engine.ts";
import { networkOf } from "../../lib/model/network.ts";
import type { TrainingStep } from "../../lib/engine/training.ts";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  type Prediction,
  presets,
  problems,
  Random,
  RunError,
  train,
  type TrainOptions,
  UsageError,
} from "../../mod.ts";
import { option, say, sentError } from "../../lib/errors.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { score } from "../../lib/evaluation/examiner.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { type Pieces, Pool, type PoolOptions, threadsOf } from "../../lib/engine/workers/pool.ts";
import { assertRefused, emptyDirectory, outcomeOf, run, start } from "../support/process.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`workers_test: TEST_SEED=${seed}`);

const backend = await startBackend("wasm");
const kernels = kernelsOf("wasm");
const problem = problems.badd!;
const configuration = resolve(presets.default, problem, { maps: 8, max_size: 5 });
const network = networkOf(configuration, problem.symbols);
const first = initialParameters(network.table, seed);
const examples = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const random = new Random(seed, "workers", i);
    return sampleExample(problem, "random", random.between(3, 5), random);
  });

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A pool whose own thread is slow, so that workers get pieces. It counts the pieces that workers did. */
class WatchedPool extends Pool {
  received = 0;

  override run<Result>(pieces: Pieces<Result>): Promise<Result[]> {
    return super.run({
      ...pieces,
      here: async (piece) => {
        await pause(20);
        return pieces.here(piece);
      },
      receive: (result, piece) => {
        this.received++;
        return pieces.receive(result, piece);
      },
    });
  }
}

const untrained = { network, optimizer: configuration, parameters: first };

/** A step of two batches of so many examples. */
function stepOf(rows: number, step: number): TrainingStep {
  const batch = encodeBatch(problem.symbols, examples(rows), { extraSteps: 0 });
  const dropout = { rate: 0.2, on: "candidate", seed, trainingStep: step } as const;
  const options = { dropout, saturationWeight: 0.01 };
  return { batches: [batch, batch], options, pull: 0, learningRate: 0.01, step };
}

/** Pools of one, two and three threads, all at work. */
async function pools(): Promise<WatchedPool[]> {
  const started = [1, 2, 3].map((threads) => new WatchedPool({ threads, backend: backend.name }));
  for (const pool of started.slice(1)) {
    const training = kernels.startTraining(untrained, pool);
    while (pool.received < 2) await training.step(stepOf(32, 0));
    training.dispose();
    pool.received = 0;
  }
  return started;
}

Deno.test("training steps give the same bits with any number of workers", async () => {
  const all = await pools();
  for (const rows of [20, 32]) {
    const results: unknown[] = [];
    for (const pool of all) {
      const training = kernels.startTraining(untrained, pool);
      for (let step = 0; step < 4; step++) await training.step(stepOf(rows, step));
      results.push([await training.vectors(), await training.metrics()]);
      training.dispose();
    }
    assertEquals(results[1], results[0], `TEST_SEED=${seed}`);
    assertEquals(results[2], results[0], `TEST_SEED=${seed}`);
  }
  assertEquals(all.map(({ received }) => received > 0), [false, true, true]);
  all.forEach((pool) => pool.close());
});

Deno.test("evaluation counts the same with any number of workers, and tells its progress", async () => {
  const all = await pools();
  const parameters = first;
  const tried = examples(500);
  const predicted: Prediction[][] = all.map(() => []);
  const scores = await Promise.all(
    all.map((pool, i) =>
      score([{ network, parameters }, { network, parameters }], tried, {
        engine: new Engine(backend, pool),
        extraSteps: 1,
        onPredictions: (some) => void predicted[i]!.push(...some),
      })
    ),
  );
  assertEquals(scores[0]!.examples, 500);
  assert(scores[0]!.symbolsRight > 0 && scores[0]!.symbolsRight < scores[0]!.symbols);
  assertEquals(scores[1], scores[0], `TEST_SEED=${seed}`);
  assertEquals(scores[2], scores[0], `TEST_SEED=${seed}`);
  assertEquals(predicted[0]!.length, 500);
  assertEquals(predicted[1], predicted[0], `TEST_SEED=${seed}`);
  assertEquals(predicted[2], predicted[0], `TEST_SEED=${seed}`);
  assertEquals(all.map(({ received }) => received > 0), [false, true, true]);

  const long = Array.from(
    { length: 6 },
    (_, i) => sampleExample(problem, "random", 1200, new Random(seed, "long", i)),
  );
  const shares: number[] = [];
  const onProgress = (share: number) => shares.push(share);
  await score([{ network, parameters }], long, {
    engine: new Engine(backend, all[1]!),
    extraSteps: 0,
    onProgress,
  });
  assert(shares.length > 3 && shares.every((share) => share > 0 && share <= 1));
  assertEquals(shares, shares.toSorted((a, b) => a - b));

  for (const pool of all) {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 200);
    const since = performance.now();
    const options = { engine: new Engine(backend, pool), extraSteps: 1000, signal: controller.signal };
    assertEquals(await score([{ network, parameters }], long, options).catch((thrown) => thrown), "enough");
    assert(performance.now() - since < 2000);
  }
  assertEquals(
    await score([{ network, parameters }], tried, { engine: new Engine(backend, all[1]!), extraSteps: 1 }),
    scores[0],
  );
  all.forEach((pool) => pool.close());
});

const small: TrainOptions = {
  problem: problems.reverse!,
  configuration: { max_size: 3, maps: 8, batch_size: 20, validate_every: 16, validate_max_multiple: 1 },
  steps: 40,
  backend: "wasm",
};

Deno.test("train() gives the same bits with any number of workers", async () => {
  const contents = async (workers: number | "auto") => {
    const { model, steps } = await train({ ...small, workers });
    return [steps, model.parameters, model.results.map((row) => ({ ...row, seconds: 0 }))];
  };
  const expected = await contents(1);
  for (const workers of [2, 3, "auto"] as const) assertEquals(await contents(workers), expected);
});

/** A module that a pool takes for its worker's. */
function moduleOf(code: string): URL {
  return new URL(`data:application/javascript,${encodeURIComponent(code)}`);
}

/** Sums of shards with a pool whose workers are others, and what it said. */
async function withModule(module: URL): Promise<{ notes: string[]; thrown: unknown }> {
  const notes: string[] = [];
  const options: PoolOptions = { threads: 3, backend: "wasm", module, onNote: (text) => notes.push(text) };
  const pool = new WatchedPool(options);
  const training = kernels.startTraining(untrained, pool);
  let thrown: unknown;
  for (let i = 0; i < 50 && notes.length === 0 && thrown === undefined; i++) {
    await training.step(stepOf(20, i)).catch((error) => thrown = error);
  }
  training.dispose();
  pool.close();
  return { notes, thrown };
}

Deno.test("where no worker can start, the pool says so once and goes on alone", async () => {
  const missing = await withModule(new URL("./no_such_worker.ts", import.meta.url));
  assertEquals([missing.notes.length, missing.thrown], [1, undefined]);
  assertMatch(
    missing.notes[0]!,
    /^Going on with fewer workers: Module not found "file:.*no_such_worker\.ts"/,
  );
  const error = sentError(new RunError("No backend", { code: "backend" }));
  const weak = `if (import.meta.main) postMessage(${JSON.stringify({ kind: "error", error })})`;
  assertEquals(await withModule(moduleOf(weak)), {
    notes: ["Going on with fewer workers: No backend"],
    thrown: undefined,
  });
});

Deno.test({
  name: "where the toolkit's files may not be read, the pool says so and goes on alone",
  permissions: { read: false },
  async fn() {
    assertEquals(await withModule(new URL("../../lib/engine/workers/worker.ts", import.meta.url)), {
      notes: ["Going on with fewer workers: workers need --allow-read for the files of the toolkit"],
      thrown: undefined,
    });
  },
});

Deno.test("what a worker throws is thrown in the main thread", async () => {
  const failing = (reply: unknown) =>
    `if (import.meta.main) {
    onmessage = () => postMessage(${JSON.stringify(reply)});
    postMessage({ kind: "ready" });
  }`;
  const data = { code: "too_large", subject: "maps", given: "9", expected: "fewer" } as const;
  for (const kind of [RunError, UsageError]) {
    const sent = new kind(say`It broke: try fewer ${option("maps")}`, data);
    const { notes, thrown } = await withModule(moduleOf(failing({ kind: "error", error: sentError(sent) })));
    assertEquals([notes, sentError(thrown), thrown instanceof kind], [[], sentError(sent), true]);
  }
  const { notes, thrown } = await withModule(moduleOf(failing({ kind: "bug", message: "It broke" })));
  assertEquals([notes, (thrown as Error).message, thrown instanceof RunError], [[], "It broke", false]);
});

Deno.test("a number of workers is checked", async () => {
  for (const workers of [0, 1.5, -1, 65, NaN]) {
    assertThrows(() => threadsOf(workers, true), UsageError);
    await assertRejects(() => train({ ...small, workers }), UsageError, "expected auto or a whole number");
  }
  assertEquals(threadsOf(3, kernelsOf("webgpu").capacity.threads), 1);
  const automatic = threadsOf("auto", kernelsOf("wasm").capacity.threads);
  assertEquals(automatic, Math.min(4, navigator.hardwareConcurrency));
  assertRefused(
    await run("train", ["--workers=two"]),
    2,
    "Cannot use --workers two: expected auto or a whole number from 1 to 64",
  );
});

Deno.test("workers end with what they were started for, also where that is cut off", async () => {
  const cwd = emptyDirectory();
  await Deno.writeTextFile(
    `${cwd}/script.ts`,
    `import { evaluate, problems, train } from "${new URL("../../mod.ts", import.meta.url)}";
    const options = {
      problem: problems.reverse, configuration: { max_size: 30, batch_size: 32 }, workers: 3, backend: "wasm",
    } as const;
    const aborted = async (work: (controller: AbortController) => Promise<unknown>) => {
      const controller = new AbortController();
      let since = 0;
      controller.signal.addEventListener("abort", () => since = performance.now());
      const thrown = await work(controller).catch((thrown) => thrown);
      console.log(thrown, performance.now() - since < 2000);
    };
    const { model } = await train({ ...options, configuration: { max_size: 2 }, steps: 16 });
    await aborted((controller) => {
      const onReport = ({ kind }: { kind: string }) => kind === "window" && controller.abort(kind);
      return train({ ...options, signal: controller.signal, onReport });
    });
    const long = { models: [{ model, name: "mine" }], sizes: [500], examples: 32, workers: 3 } as const;
    await aborted(async (controller) => {
      const onReport = ({ share }: { share?: number }) => { if (share! > 0.1) controller.abort("evaluation"); };
      await Array.fromAsync(evaluate({ ...long, signal: controller.signal, onReport }));
    });
    for await (const row of evaluate({ ...long, sizes: [100, 500] })) {
      console.log(row.size);
      break;
    }
`,
  );
  const process = start("", [], { cwd, deno: ["--allow-read"], script: "script.ts" });
  const timer = setTimeout(() => process.kill(), 60_000);
  const { code, stdout, stderr } = await outcomeOf(process);
  clearTimeout(timer);
  assertEquals([code, stdout], [0, "window true\nevaluation true\n100\n"], stderr);
});
