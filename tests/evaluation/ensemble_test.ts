// Several models that answer together: the mean of their outputs.
import { read } from "../../lib/engine/device.ts";
import { kernelsOf, startBackend } from "../../lib/engine/backends.ts";
import { startEngine } from "../../lib/engine/engine.ts";
import { checkInferenceFits, examplesTogether } from "../../lib/engine/memory.ts";
import { weightsOf } from "../../lib/evaluation/ensemble.ts";
import { embed, readOut } from "../../lib/engine/network.ts";
import { networkOf } from "../../lib/model/network.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  evaluate,
  type EvaluateOptions,
  type EvaluationState,
  type Model,
  type PredictionRow,
  presets,
  problems,
  Random,
  type ReportRow,
  UsageError,
} from "../../mod.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { tf } from "../../lib/deps.ts";
import { RunError } from "../../lib/errors.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { type PresetName, resolve } from "../../lib/model/presets.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { recurrenceSize } from "../../lib/model/recurrence_spec.ts";
import { statesByTurns } from "../../lib/engine/webgpu/layout.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`ensemble_test: TEST_SEED=${seed}`);

await startBackend("wasm"); // for tensors, which the engine does without
const engine = await startEngine({ backend: "wasm", workers: 1 });
const problem = problems.badd!;

function untrained(preset: PresetName, overrides: Partial<Configuration>, sets?: number): Model {
  const configuration = resolve(presets[preset], problem, overrides);
  const network = networkOf(configuration, problem.symbols, sets);
  return {
    problem: { name: problem.name, symbols: problem.symbols },
    configuration,
    sets: network.spec.sets,
    parameters: initialParameters(network.table, seed + configuration.maps),
    origin: { preset, seed, steps: 0, attempt: 1 },
    results: [],
  };
}

/** Of two cells, with six sets, three, and one that is left of six, and without levels, which the op does not know. */
const models = [
  untrained("default", { maps: 8, state_levels: 0 }),
  untrained("paper", { maps: 5 }),
  untrained("paper", { maps: 4, relaxation_sets: 3 }),
  untrained("paper", { maps: 6 }, 1),
];

const examples = Array.from(
  { length: 30 },
  (_, i) => sampleExample(problem, "random", 1 + i % 4, new Random(seed, "ensemble", i)),
);
const batch = encodeBatch(problem.symbols, examples, { extraSteps: 0 });

/** The share that a model gives to each symbol at each position, by the op that training uses. */
async function sharesOf({ configuration, sets, parameters }: Model): Promise<Float32Array> {
  const network = networkOf(configuration, problem.symbols, sets);
  const shares = tf.tidy(() => {
    const vector = tf.tensor1d(parameters);
    const { state } = recurrence(
      network.spec,
      { lengths: batch.lengths, steps: batch.steps, batch: batch.rows, saturation: false },
      embed(network, vector, batch).state,
      tf.slice(vector, 0, recurrenceSize(network.spec)),
    );
    return tf.softmax(readOut(network, vector, state));
  });
  const values = await read(shares);
  shares.dispose();
  return values;
}

Deno.test("several models write what has the largest mean share, whatever their cells, maps and sets", async () => {
  assertEquals(models.map(({ sets }) => sets), [1, 6, 3, 1]);
  const shares = await Promise.all(models.map(sharesOf));
  const vocabulary = problem.symbols.length + 1;
  const weights = models.map(weightsOf);
  const alone = await Promise.all(weights.map((model) => engine.predict([model], batch)));
  for (const chosen of [[0, 1, 2], [1, 2, 3], [3, 0], [0, 1, 2, 3]]) {
    const found = await engine.predict(chosen.map((i) => weights[i]!), batch);
    for (let position = 0; position < found.length; position++) {
      const mean = (symbol: number) =>
        chosen.reduce((sum, i) => sum + shares[i]![position * vocabulary + symbol]!, 0) / chosen.length;
      const means = Array.from({ length: vocabulary }, (_, symbol) => mean(symbol));
      // Where two means agree but for rounding, either symbol will do.
      assert(
        means[found[position]!]! > Math.max(...means) - 1e-5,
        `position ${position} (TEST_SEED=${seed})`,
      );
    }
    for (const i of chosen) assertNotEquals(found, alone[i]!);
  }
});

Deno.test("evaluate() tells what several models wrote together, and how sure they were of it", async () => {
  const chosen = [models[0]!, models[1]!];
  const shares = await Promise.all(chosen.map(sharesOf));
  const vocabulary = problem.symbols.length + 1;
  const predictions: PredictionRow[] = [];
  const rows = await Array.fromAsync(evaluate({
    models: [{ model: chosen, name: "m0+m1" }],
    rows: examples.map((example) => ({ problem: problem.name, ...example })),
    predictions: true,
    onReport: (news) => {
      if (news.kind === "predictions") predictions.push(...news.rows);
    },
  }));
  assertEquals(predictions.length, examples.length);
  assertEquals(
    rows.map(({ size, errors }) => [size, errors]),
    rows.map(({ size }) => [size, predictions.filter((row) => row.size === size && !row.right).length]),
  );
  for (const { model, suite, input, target, output, right, margin } of predictions) {
    const row = examples.findIndex((example) => example.input === input);
    const means = Array.from({ length: batch.lengths[row]! }, (_, k) => {
      const at = (row * batch.positions + k) * vocabulary;
      return Array.from(
        { length: vocabulary },
        (_, symbol) => (shares[0]![at + symbol]! + shares[1]![at + symbol]!) / 2,
      );
    });
    const margins = means.map((mean) => mean.toSorted((a, b) => b - a)).map(([best, next]) => best! - next!);
    assertAlmostEquals(margin, Math.min(...margins), 1e-4, `TEST_SEED=${seed}`);
    if (margin < 1e-4) continue; // either symbol will do
    const written = means.map((mean) => `_${problem.symbols}`[mean.indexOf(Math.max(...mean))]).join("");
    assertEquals([model, suite, output], ["m0+m1", "data", written.replace(/_.*/, "")], `TEST_SEED=${seed}`);
    assertEquals(right, written === target.padEnd(written.length, "_"));
  }
});

Deno.test("evaluate() takes models of different cells and sets together", async () => {
  const rowsOf = (...named: readonly { model: Model | readonly Model[]; name: string }[]) =>
    Array.fromAsync(evaluate({ models: named, sizes: [3], examples: 20, seed, workers: 1 }));
  const rows = await rowsOf({ model: models, name: "all" });
  assertEquals(rows.map(({ model, examples }) => [model, examples]), [["all", 20], ["all", 20]]);
  // The same models in another order are the same ensemble.
  const reversed = await rowsOf({ model: models.toReversed(), name: "all" });
  assertEquals(
    reversed.map(({ symbol_accuracy }) => symbol_accuracy),
    rows.map(({ symbol_accuracy }) => symbol_accuracy),
  );
});

Deno.test("evaluate() takes models side by side, each as if it were alone, and goes on among them", async () => {
  const named = models.slice(0, 3).map((model, i) => ({ model, name: `m${i}` }));
  const states: EvaluationState[] = [];
  const common = { sizes: [3], examples: 20, seed, workers: 1 } as const;
  const timeless = (rows: readonly ReportRow[]) => rows.map((row) => ({ ...row, seconds: 0 }));
  const rowsOf = (options: EvaluateOptions) => Array.fromAsync(evaluate(options)).then(timeless);
  const together = await rowsOf({
    ...common,
    models: named,
    onReport: (news) => void (news.kind === "state" && states.push(news.state)),
  });
  const alone: ReportRow[] = [];
  for (const one of named) alone.push(...await rowsOf({ ...common, models: [one] }));
  assertEquals(together, alone);
  assertEquals([...new Set(states.map(({ rows }) => rows))], [0, 1, 2, 3, 4, 5]);
  const from = states.find(({ rows }) => rows === 3)!;
  assertEquals(await rowsOf({ ...common, models: named, from }), together.slice(3));
});

Deno.test("evaluate() refuses models of other alphabets on the same rows", async () => {
  const other: Model = { ...models[0]!, problem: { name: "other", symbols: "01*" } };
  const named = [{ model: models[0]!, name: "one" }, { model: other, name: "two" }];
  const rows = [{ problem: "badd", size: 1, input: "1+1", target: "01" }];
  await assertRejects(
    () => evaluate({ models: named, rows }).next(),
    UsageError,
    "Cannot evaluate one and two on the same rows: their alphabets differ",
  );
});

Deno.test("as many rows are computed at once as the largest model has room for", () => {
  const networks = [4, 64].map((maps) => networkOf(resolve(presets.default, problem, { maps }), "01+"));
  for (const name of ["wasm", "webgpu"] as const) {
    const kernels = kernelsOf(name);
    const alone = networks.map((network) => examplesTogether(kernels, [network], 9));
    assert(alone[1]! < alone[0]!);
    for (const order of [networks, networks.toReversed()]) {
      assertEquals(examplesTogether(kernels, order, 9), alone[1]);
    }
  }
});

Deno.test("checkInferenceFits() counts maps by the four on webgpu, as its kernels do", () => {
  const network = networkOf(resolve(presets.default, problem, { maps: 5 }), "01+");
  const fits = (positions: number, tensor: number) =>
    checkInferenceFits(
      kernelsOf("webgpu"),
      { name: "webgpu", adapter: "", memory: { tensor, total: 1e12 } },
      network,
      positions,
    );
  const bytes = statesByTurns(network.spec) * 4 * 8; // of a position
  fits(1000, 1000 * bytes);
  assertThrows(() => fits(1001, 1000 * bytes), RunError, "Cannot evaluate a row of 1001 positions");
});
