// Optimizers, schedules, curriculum, and the sum that makes a batch's gradient.
import { read } from "../../lib/engine/device.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import { networkOf } from "../../lib/model/network.ts";
import { trainingLoss } from "../../lib/engine/network.ts";
import { batchGradient } from "../../lib/engine/shards.ts";
import { SHARD } from "../../lib/engine/tape.ts";
import { runningKernels } from "../../lib/engine/backends.ts";
import { readStepMetrics } from "../../lib/engine/metrics.ts";
import { Optimizer } from "../../lib/engine/optimizer.ts";
import type { OptimizerSettings } from "../../lib/engine/kernels.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { type Batch, encodeBatch, sliceBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { type PresetName, presets, resolve } from "../../lib/model/presets.ts";
import { badd } from "../../lib/problems/badd.ts";
import { Random } from "../../lib/random.ts";
import { advance, batchesOf } from "../../lib/training/examples/curriculum.ts";
import { afterLosses, learningRate, saturationWeight } from "../../lib/training/rules/schedule.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { initialState, type TrainingState } from "../../lib/training/state.ts";
import { alone } from "../../lib/engine/workers/pool.ts";

await startBackend("wasm");
const kernels = runningKernels();
const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`optimizer_test: TEST_SEED=${seed}`);

const configured = (overrides: Partial<Configuration>, preset: PresetName = "default") =>
  resolve(presets[preset], badd, overrides);

const RATE = 0.01;

/** Where one element goes from `x`, by the gradients of one step after the other. */
type Formula = (x: number, gradients: readonly number[], firstStep: number) => number;

/** Kingma & Ba 2015, with the ε̂ of the end of section 2, as TensorFlow has it, which Kaiser & Sutskever used. */
const adam: Formula = (x, gradients) => {
  let [m, v, t] = [0, 0, 0];
  for (const g of gradients) {
    t++;
    m = 0.9 * m + (1 - 0.9) * g;
    v = 0.999 * v + (1 - 0.999) * g ** 2;
    const rate = RATE * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
    x -= rate * m / (Math.sqrt(v) + 1e-4);
  }
  return x;
};

/** The code of Freivalds & Liepins 2017. */
const adamax: Formula = (x, gradients, firstStep) => {
  let [m, v, step] = [0, 0, firstStep];
  for (const g of gradients) {
    const limit = 1.2 * v + 1e-4;
    const clipped = Math.min(limit, Math.max(-limit, g));
    const beta2 = 1 - Math.max(0.0005, 0.01 * 0.5 ** (step++ / 2000));
    m = 0.9 * m + (1 - 0.9) * clipped;
    v = Math.max(v * beta2, Math.abs(clipped));
    x -= RATE * m / (v + 1e-8);
  }
  return x;
};

for (const [name, formula] of [["adam", adam], ["adamax", adamax]] as const) {
  for (const clip_norm of [0, 1]) {
    Deno.test(`Optimizer follows the formulas of ${name}, ${clip_norm ? "with" : "without"} a largest norm`, async () => {
      const random = new Random(seed, name);
      const [size, firstStep, count] = [30, 900, 50];
      const start = Float32Array.from({ length: size }, () => random.normal());
      // Of sizes from 1e-4 to 10, so that the limits of norm and elements are met and not met.
      const gradients = Array.from({ length: count }, () => {
        const scale = 10 ** (random.uniform() * 5 - 4);
        return Float32Array.from({ length: size }, () => scale * random.normal());
      });
      const norms = gradients.map((gradient) => Math.hypot(...gradient));
      assert(Math.min(...norms) < 0.5 && Math.max(...norms) > 2, `TEST_SEED=${seed}`);
      const limited = gradients.map((gradient, i) =>
        clip_norm === 0 || norms[i]! <= clip_norm ? gradient : gradient.map((g) => g * clip_norm / norms[i]!)
      );

      const settings: OptimizerSettings = { optimizer: name, adam_epsilon: 1e-4, clip_norm };
      let parameters = tf.tensor1d(start);
      const before = tf.memory().numTensors;
      // Adam corrects the bias of its moments' start from step 0 on.
      const first = name === "adam" ? 0 : firstStep;
      let optimizer = new Optimizer(kernels, settings, size);
      for (const [i, gradient] of gradients.entries()) {
        if (i === 20) { // As after a resume.
          const moments = await optimizer.moments();
          optimizer.dispose();
          optimizer = new Optimizer(kernels, settings, size, moments);
        }
        const g = tf.tensor1d(gradient);
        const update = optimizer.update(parameters, g, RATE, first + i);
        const [norm] = await read(update.gradientNorm);
        assertAlmostEquals(norm!, norms[i]!, 1e-5 * norms[i]!);
        tf.dispose([parameters, g, update.gradientNorm]);
        parameters = update.parameters;
      }
      optimizer.dispose();
      assertEquals(tf.memory().numTensors, before);
      const found = await read(parameters);
      parameters.dispose();
      const expected = Array.from(
        start,
        (x, i) => formula(x, limited.map((gradient) => gradient[i]!), firstStep),
      );
      const way = Math.hypot(...expected.map((x, i) => x - start[i]!)) / Math.sqrt(size);
      assert(way > 0.02, `moved by ${way} (TEST_SEED=${seed})`);
      expected.forEach((x, i) => assertAlmostEquals(found[i]!, x, 1e-5, `element ${i} (TEST_SEED=${seed})`));
    });
  }
}

/** Steps of a window: the size of each, and how many of its 10 examples were right. */
const steps = (...records: [size: number, right: number][]) =>
  records.map(([size, right]) => ({
    size,
    examples: 10,
    positions: 0,
    metrics: readStepMetrics([0, right, 0, 0, 0, 0]),
  }));

Deno.test("advance() takes a size where enough of the then-current size was right, and two at most", () => {
  const configuration = configured({ advance_accuracy: 0.7 });
  const sizes = [1, 2, 3, 5, 8, 9];
  const checked = (size: number, ...records: [size: number, right: number][]) =>
    advance(configuration, sizes, size, steps(...records));
  const after = (...args: Parameters<typeof checked>) => checked(...args).size;
  const successes = (...args: Parameters<typeof checked>) => checked(...args).successes;
  assertEquals(after(3), 3);
  assertEquals(after(3, [3, 6], [3, 6]), 3);
  assertEquals(after(3, [3, 7]), 5);
  assertEquals(after(3, [3, 10], [3, 10], [3, 10]), 5, "only the first was at the then-current size");
  assertEquals(after(3, [5, 10], [2, 10], [8, 10]), 3, "other sizes do not count");
  assertEquals(after(3, [5, 10], [3, 8]), 5, "nor do they count before their turn");
  assertEquals(after(3, [3, 8], [5, 8]), 8);
  assertEquals(after(3, [3, 8], [5, 8], [8, 8]), 8, "two at most");
  assertEquals(after(8, [8, 8], [9, 10]), 9, "there is no larger one");
  assertEquals(after(9, [9, 10]), 9);
  assertEquals([successes(3, [3, 6]), successes(3, [3, 7]), successes(3, [3, 8], [5, 8], [8, 8])], [0, 1, 2]);
  assertEquals(successes(8, [8, 8], [9, 10]), 1);
  assertEquals([successes(9, [9, 6], [8, 10]), successes(9, [9, 10], [9, 10])], [0, 1], "one at the largest");
});

Deno.test("batchesOf() takes the curriculum's size, and any size as often as asked", () => {
  const tried = (random_size_share: number) => {
    const configuration = configured({ max_size: 5, batch_size: 1, random_size_share, carry_share: 0 });
    const source = generatedSource(badd, configuration);
    return Array.from({ length: 500 }, (_, step) => batchesOf(configuration, source, seed, step, 4).size);
  };
  assertEquals(new Set(tried(0)), new Set([4]));
  assertEquals(new Set(tried(1)), new Set([1, 2, 3, 4, 5]));
  const others = tried(0.25).filter((size) => size !== 4).length / 500;
  // One in five of the random sizes is the current one: 0.2 is expected, with a standard deviation of 0.018.
  assert(Math.abs(others - 0.2) < 0.09, `${others} (TEST_SEED=${seed})`);
});

Deno.test("batchesOf() gives the same examples for the same seed and step, and others for others", () => {
  const configuration = configured({ max_size: 8, extra_steps: 3, random_size_share: 0 });
  const source = generatedSource(badd, configuration);
  const batch = (seed: number, step: number) => batchesOf(configuration, source, seed, step, 8).batches[0]!;
  const { rows, positions, lengths, steps } = batch(seed, 3);
  assertEquals([rows, positions], [32, 17]);
  assertEquals([new Set(lengths), new Set(steps).size], [new Set([17]), 1]);
  assertEquals(batch(seed, 3), batch(seed, 3));
  assertNotEquals(batch(seed, 3), batch(seed, 4));
  assertNotEquals(batch(seed, 3), batch(seed + 1, 3));
});

Deno.test("batchesOf() lets a batch take any number of extra steps up to those to be drawn", () => {
  for (const [preset, bins] of [["default", []], ["diagonal", [9, 17]]] as const) {
    const configuration = configured(
      { max_size: 8, extra_steps: 50, training_extra_steps: 3, bins: [...bins] },
      preset,
    );
    const source = generatedSource(badd, configuration);
    const extra = Array.from(
      { length: 200 },
      (_, step) =>
        batchesOf(configuration, source, seed, step, 8).batches.map(({ positions, steps }) => {
          assertEquals(new Set(steps).size, 1);
          return steps[0]! - positions;
        }),
    );
    for (const own of extra) assertEquals(new Set(own).size, 1); // all bins of a step take as many
    assertEquals(new Set(extra.flat()), new Set([0, 1, 2, 3]), `TEST_SEED=${seed}`);
  }
});

Deno.test("batchesOf() fills bins with the largest size that fits, seldom with a smaller one", () => {
  const shape = (overrides: Partial<Configuration>) => {
    const configuration = configured({ batch_size: 100, ...overrides }, "diagonal");
    const source = generatedSource(badd, configuration);
    return batchesOf(configuration, source, seed, 0, configuration.max_size).batches;
  };
  const positions = (overrides: Partial<Configuration>) => shape(overrides).map(({ positions }) => positions);
  assertEquals(positions({}), [8, 12, 16, 20, 25, 28, 31, 36, 41]);
  assertEquals(positions({ max_size: 5 }), [8, 12]);
  assertEquals(positions({ max_size: 5, bins: [20, 7, 11] }), [7, 11]);
  assertEquals(positions({ max_size: 20, bins: [8] }), [8, 41]);
  let shorter = 0;
  for (const { positions, lengths, steps, rows } of shape({})) {
    assertEquals(rows, 100);
    assertEquals(new Set(steps), new Set([positions]));
    // A sum of two numbers of d digits has the length 2 d + 1.
    const fitting = positions % 2 === 1 ? positions : positions - 1;
    assert(lengths.every((length) => length <= fitting && length % 2 === 1));
    shorter += lengths.filter((length) => length < fitting).length;
  }
  assert(
    shorter > 10 && shorter < 90,
    `${shorter} of 900 are shorter, about 45 expected (TEST_SEED=${seed})`,
  );
});

Deno.test("learningRate() is constant until mastery, and then falls along a cosine where there is one", () => {
  const rate = (overrides: Partial<Configuration>, masteredAt: number | null, attemptStep: number) => {
    const configuration = configured({ learning_rate: 0.02, steps_after_mastery: 400, ...overrides });
    const state: TrainingState = { ...initialState(configuration, [1, 2]), masteredAt, attemptStep };
    return learningRate(configuration, state);
  };
  assertEquals(rate({ schedule: "cosine" }, null, 5000), 0.02);
  assertEquals(rate({ schedule: "cosine" }, 1000, 1000), 0.02);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1100), 0.02 * (0.5 + Math.SQRT1_2 / 2), 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1200), 0.01, 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1400), 0, 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 9999), 0, 1e-12);
  assertEquals(rate({ schedule: "cosine", steps_after_mastery: 0 }, 1000, 1000), 0.02);
  assertEquals(rate({ schedule: "constant" }, 1000, 1200), 0.02);
  assertEquals(rate({ schedule: "plateau" }, 1000, 1200), 0.02);
});

/** The learning rate after checks with these losses, without and with sizes gained. */
function rateAfter(losses: number[], overrides: Partial<Configuration>, more: Partial<TrainingState> = {}) {
  const configuration = configured({ learning_rate: 0.06, advance_accuracy: 0.9, ...overrides });
  let state = { ...initialState(configuration, [1, 2]), ...more };
  for (const loss of losses) {
    state = {
      ...state,
      ...afterLosses(configuration, state, { loss, sequenceAccuracy: 0.98 }, loss === GAIN),
    };
  }
  return state.learningRate;
}
/** A loss that comes with a size gained. */
const GAIN = 0.125;

Deno.test("the plateau schedule lowers the rate when two windows were worse than the one before them", () => {
  const after = (losses: number[], rate = 0.06, schedule: Configuration["schedule"] = "plateau") =>
    rateAfter(losses, { schedule }, { learningRate: rate });
  assertEquals(after([]), 0.06);
  assertEquals(after([1, 2]), 0.06);
  assertAlmostEquals(after([1, 2, 3]), 0.042, 1e-12);
  assertAlmostEquals(after([1, 3, 2]), 0.042, 1e-12);
  assertAlmostEquals(after([9, 1, 2, 3]), 0.042, 1e-12);
  assertAlmostEquals(after([1, 2, 3, 4, 5]), 0.042, 1e-12, "the losses of before are forgotten");
  assertEquals(after([1, 1, 2]), 0.06);
  assertEquals(after([2, 3, 1]), 0.06);
  assertEquals(after([2, 1, 3]), 0.06);
  assertAlmostEquals(after([1, 2, 3], 0.0011), 0.001, 1e-12);
  assertEquals(after([1, 2, 3], 0.06, "constant"), 0.06);
});

Deno.test("the decay schedule lowers the rate where a window is worse than the three before it", () => {
  const after = (...losses: number[]) => rateAfter(losses, { schedule: "decay" });
  assertEquals(after(1, 2, 3), 0.06);
  assertEquals(after(1, 3, 2, 3), 0.06);
  assertAlmostEquals(after(1, 3, 2, 4), 0.06 * 0.98, 1e-12);
  assertAlmostEquals(after(1, 2, 3, 4, 5, 5), 0.06 * 0.98 ** 2, 1e-12);
  assertEquals(after(1, 2, GAIN, 4, 5), 0.06, "what was before a size gained is forgotten");
  assertAlmostEquals(after(1, 2, GAIN, 4, 5, 6), 0.06 * 0.98, 1e-12);
});

Deno.test("the decay schedule lowers the rate where nearly all is right, once the sets are averaged", () => {
  const after = (pull: number, advance_accuracy: number) =>
    rateAfter([1], { schedule: "decay", advance_accuracy, relaxation_average_at_pull: 0.1 }, { pull });
  assertAlmostEquals(after(0.1, 0.9), 0.06 * 0.98, 1e-12);
  assertEquals(after(0.09, 0.9), 0.06);
  assertEquals(after(0.1, 0.96), 0.06); // 2% wrong are no third of 4%
});

Deno.test("saturationWeight() makes the cost about the rate times the loss, up to the configuration's weight", () => {
  const weight = (sums: [number, number, number]) =>
    saturationWeight(configured({ saturation_weight: 1e-3 }), 0.01, sums);
  assertAlmostEquals(weight([50, 1000, 100]), 0.01 * 50 / 1000, 1e-15);
  assertEquals(weight([50, 1, 100]), 1e-3);
  assertEquals(weight([50, 0, 100]), 1e-3);
  assertEquals(weight([0, 1, 100]), 1e-20);
});

const network = networkOf(configured({ maps: 9 }), badd.symbols);
const dropout = { rate: 0.3, on: "candidate", seed, trainingStep: 4 } as const;
const options = { dropout, saturationWeight: 0.01 };

function sampleBatch(rows: number, stream: string): Batch {
  const random = new Random(seed, stream);
  const examples = Array.from({ length: rows }, () => {
    const size = random.between(1, 4);
    const input = badd.suites["random"]!(size, random);
    return { size, input, target: badd.answer(input) };
  });
  return encodeBatch(badd.symbols, examples, { extraSteps: 0 });
}

/** The gradient of the part of a batch's loss that the rows `from` to `to` make. */
function partGradient(
  parameters: tf.Tensor1D,
  batch: Batch,
  from: number,
  to: number,
  firstExample: number,
): tf.Tensor {
  const part = sliceBatch(batch, from, to);
  const totals = { rows: batch.rows, positions: batch.lengths.reduce((a, b) => a + b) };
  return tf.grad((vector) =>
    trainingLoss(kernels.recurrence, network, vector as tf.Tensor1D, part, {
      totals,
      dropout: { ...dropout, firstExample: firstExample + from },
      saturationWeight: options.saturationWeight,
    }).loss
  )(parameters);
}

function assertNear(found: Float32Array, expected: Float32Array): void {
  const scale = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
  assert(scale > 0);
  found.forEach((x, i) =>
    assertAlmostEquals(x, expected[i]!, 1e-5 * (Math.abs(x) + 10 * scale), `${i} (TEST_SEED=${seed})`)
  );
}

Deno.test("batchGradient() sums the gradients of shards of 8 in their order", async () => {
  const parameters = tf.tensor1d(initialParameters(network.table, seed));
  const batch = sampleBatch(20, "batch");
  assertEquals(SHARD, 8);
  const before = tf.memory().numTensors;
  const { gradient, metrics } = await batchGradient(kernels, network, parameters, [batch], options, alone);
  assertEquals(tf.memory().numTensors, before + 2);
  const shards = [[0, 8], [8, 16], [16, 20]].map(([from, to]) =>
    partGradient(parameters, batch, from!, to!, 0)
  );
  const sum = tf.add(tf.add(shards[0]!, shards[1]!), shards[2]!);
  assertEquals(await read(gradient), await read(sum));
  // One shard of 20 differs by rounding alone: totals, masks and dropout are those of the batch.
  assertNear(await read(gradient), await read(partGradient(parameters, batch, 0, 20, 0)));

  const [loss, sequences, symbols, saturation] = await read(metrics);
  const whole = trainingLoss(kernels.recurrence, network, parameters, batch, {
    totals: { rows: 20, positions: batch.lengths.reduce((a, b) => a + b) },
    dropout: { ...dropout, firstExample: 0 },
    saturationWeight: 0.01,
  });
  const expected = await read(whole.metrics);
  assertEquals([sequences, symbols], [expected[1], expected[2]]);
  assertAlmostEquals(loss!, expected[0]!, 1e-5);
  assertAlmostEquals(saturation!, expected[3]!, 1e-5 * expected[3]!);
});

Deno.test("batchGradient() takes the mean over batches, whose examples are numbered on", async () => {
  const parameters = tf.tensor1d(initialParameters(network.table, seed));
  const [first, second] = [sampleBatch(8, "first"), sampleBatch(5, "second")];
  const { gradient } = await batchGradient(kernels, network, parameters, [first, second], options, alone);
  const mean = tf.div(
    tf.add(partGradient(parameters, first, 0, 8, 0), partGradient(parameters, second, 0, 5, 8)),
    2,
  );
  assertNear(await read(gradient), await read(mean));
});

Deno.test("batchGradient() spares the clean share of a batch dropout and noise", async () => {
  const parameters = tf.tensor1d(initialParameters(network.table, seed));
  const batch = sampleBatch(20, "clean");
  const noise = { scale: 0.1, seed, trainingStep: 4 };
  const gradientOf = async (rows: Batch, cleanShare: number) => {
    const { gradient, metrics } = await batchGradient(kernels, network, parameters, [rows], {
      ...options,
      noise,
      cleanShare,
    }, alone);
    const values = await read(gradient);
    tf.dispose([gradient, metrics]);
    return values;
  };
  const totals = { rows: 20, positions: batch.lengths.reduce((a, b) => a + b) };
  const part = (from: number, to: number, clean: boolean) =>
    tf.grad((vector) =>
      trainingLoss(kernels.recurrence, network, vector as tf.Tensor1D, sliceBatch(batch, from, to), {
        totals,
        dropout: clean ? undefined : { ...dropout, firstExample: from },
        noise: clean ? undefined : { ...noise, firstExample: from },
        saturationWeight: options.saturationWeight,
      }).loss
    )(parameters);
  const half = tf.add(part(0, 10, true), part(10, 20, false));
  assertNear(await gradientOf(batch, 0.5), await read(half));
  assertNear(await gradientOf(batch, 1), await read(part(0, 20, true)));
  assertNear(await gradientOf(batch, 0), await read(part(0, 20, false)));
  parameters.dispose();
});

Deno.test("dropout by length drops 8/length of its share in batches longer than 8", async () => {
  const parameters = tf.tensor1d(initialParameters(network.table, seed));
  const gradientOf = async (batch: Batch, rate: number, dropoutByLength: boolean) => {
    const own = { ...options, dropout: { ...dropout, rate }, dropoutByLength };
    const { gradient, metrics } = await batchGradient(kernels, network, parameters, [batch], own, alone);
    const values = await read(gradient);
    tf.dispose([gradient, metrics]);
    return values;
  };
  for (const [bin, factor] of [[5, 1], [8, 1], [16, 1 / 2], [41, 8 / 41]] as const) {
    const examples = [{ size: 1, input: "1+0", target: "10" }, { size: 2, input: "01+11", target: "101" }];
    const batch = encodeBatch(badd.symbols, examples, { extraSteps: 0, bin });
    const scaled = await gradientOf(batch, 0.6, true);
    assertEquals(scaled, await gradientOf(batch, 0.6 * factor, false), `length ${bin}`);
    if (factor < 1) assertNotEquals(scaled, await gradientOf(batch, 0.6, false), `length ${bin}`);
  }
  parameters.dispose();
});
