// Which sizes and examples the steps of a training take.
import { readStepMetrics } from "../../../lib/engine/metrics.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Configuration } from "../../../lib/model/configuration.ts";
import { type PresetName, presets, resolve } from "../../../lib/model/presets.ts";
import { badd } from "../../../lib/problems/badd.ts";
import { advance, batchesOf } from "../../../lib/training/examples/curriculum.ts";
import { generatedSource } from "../../../lib/training/examples/source.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`curriculum_test: TEST_SEED=${seed}`);

const configured = (overrides: Partial<Configuration>, preset: PresetName = "default") =>
  resolve(presets[preset], badd, overrides);

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
