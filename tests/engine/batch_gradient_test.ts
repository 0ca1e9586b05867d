// The gradient of a batch: its shards, its bins, its clean examples.
import { read } from "../../lib/engine/device.ts";
import { networkOf } from "../../lib/model/network.ts";
import { trainingLoss } from "../../lib/engine/network.ts";
import { batchGradient, shardsOf } from "../../lib/engine/shards.ts";
import { SHARD } from "../../lib/engine/tape.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { type Batch, encodeBatch, sliceBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { type PresetName, presets, resolve } from "../../lib/model/presets.ts";
import { badd } from "../../lib/problems/badd.ts";
import { Random } from "../../lib/random.ts";
import { alone } from "../../lib/engine/workers/pool.ts";

await startBackend("wasm");
const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`batch_gradient_test: TEST_SEED=${seed}`);

const configured = (overrides: Partial<Configuration>, preset: PresetName = "default") =>
  resolve(presets[preset], badd, overrides);

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
    trainingLoss(reference.recurrence, network, vector as tf.Tensor1D, part, {
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
  const { gradient, metrics } = await batchGradient(reference, network, parameters, [batch], options, alone);
  assertEquals(tf.memory().numTensors, before + 2);
  const shards = shardsOf(reference, network, [batch], options);
  assertEquals(shards.map(({ batch }) => batch.rows), [8, 8, 4]);
  const parts = shards.map((shard) => reference.gradient(network, parameters, shard).gradient);
  assertEquals(await read(gradient), await read(tf.add(tf.add(parts[0]!, parts[1]!), parts[2]!)));
  // One shard of 20 differs by rounding alone: totals, masks and dropout are those of the batch.
  assertNear(await read(gradient), await read(partGradient(parameters, batch, 0, 20, 0)));

  const [loss, sequences, symbols, saturation] = await read(metrics);
  const whole = trainingLoss(reference.recurrence, network, parameters, batch, {
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
  const { gradient } = await batchGradient(reference, network, parameters, [first, second], options, alone);
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
    const { gradient, metrics } = await batchGradient(reference, network, parameters, [rows], {
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
      trainingLoss(reference.recurrence, network, vector as tf.Tensor1D, sliceBatch(batch, from, to), {
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
    const { gradient, metrics } = await batchGradient(reference, network, parameters, [batch], own, alone);
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
