import { readStepMetrics } from "../../lib/engine/metrics.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import type { StateNoise } from "../../lib/engine/run.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Configuration } from "../../lib/model/configuration.ts";
import { stateNoise } from "../../lib/engine/state_noise.ts";
import { assertByPlace } from "../support/draws.ts";
import { learnerOf } from "../support/learner_of.ts";

await startBackend("cpu");
const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`state_noise_test: TEST_SEED=${seed}`);

type Shape = readonly [rows: number, width: number, positions: number, maps: number];
const noise: StateNoise = { scale: 0.25, seed, trainingStep: 3, firstExample: 0 };

function values(shape: Shape, changed: Partial<StateNoise> = {}, t = 0): Float32Array {
  const tensor = stateNoise({ ...noise, ...changed }, t, shape);
  assertEquals(tensor.shape, [...shape]);
  const result = tensor.dataSync<"float32">();
  tensor.dispose();
  return result;
}

// Trainings would be other trainings if these changed.
Deno.test("stateNoise() gives the same noise for ever", () => {
  const pinned = { seed: 2 ** 52 + 42, trainingStep: 1000, firstExample: 5, scale: 1 };
  assertEquals(
    Array.from(values([2, 2, 1, 2], pinned, 7)),
    [
      -0.1616196632385254,
      0.08529186248779297,
      -0.5635697841644287,
      0.8010624647140503,
      -0.7460483312606812,
      0.7323964834213257,
      0.8624773025512695,
      0.36085963249206543,
    ],
  );
});

Deno.test("stateNoise() is uniform in ± scale, in every map, position, column and row", () => {
  const shape = [40, 40, 40, 40] as const;
  const all = values(shape);
  assert(all.every((value) => Math.abs(value) <= 0.25));
  const quarters = [0, 0, 0, 0];
  for (const value of all) quarters[Math.min(3, Math.floor((value / 0.25 + 1) * 2))]!++;
  for (const count of quarters) assert(Math.abs(count / all.length - 0.25) < 0.002, `${quarters}`);
  shape.forEach((size, axis) => {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const sums = Array<number>(size).fill(0);
    all.forEach((value, i) => sums[Math.floor(i / stride) % size]! += value);
    const each = all.length / size;
    for (const sum of sums) {
      assert(Math.abs(sum / each) < 6 * 0.25 / Math.sqrt(3 * each), `axis ${axis}: ${sum / each}`);
    }
  });
});

Deno.test("stateNoise() depends on neither padding nor shards", () => {
  assertByPlace(values);
});

Deno.test("stateNoise() draws anew for each step, example, column, training step and seed", () => {
  const shape = [1, 1, 40, 100] as const;
  const drawn = Object.entries({
    "first": values(shape),
    "step": values(shape, {}, 1),
    "example": values(shape, { firstExample: 1 }),
    "training step": values(shape, { trainingStep: 4 }),
    "seed": values(shape, { seed: seed + 1 }),
    "seed beyond 32 bits": values(shape, { seed: seed + 2 ** 32 }),
    "column": values([1, 2, 40, 100]).slice(4000),
  });
  for (const [a, one] of drawn) {
    for (const [b, other] of drawn) {
      if (a === b) continue;
      // Products of independent numbers that are uniform in ± 1/4 have mean 0 and deviation 1/48.
      const mean = one.reduce((sum, value, i) => sum + value * other[i]!, 0) / one.length;
      assert(Math.abs(mean) < 6 / 48 / Math.sqrt(one.length), `${a} and ${b}: ${mean} (TEST_SEED=${seed})`);
    }
  }
});

Deno.test("dropout, noise, clean share and extra steps have values until the largest size is mastered, and others from then on", async () => {
  const none = {
    dropout: 0,
    dropout_after_mastery: 0,
    state_noise: 0,
    state_noise_after_mastery: 0,
    clean_share: 0,
    clean_share_after_mastery: 0,
    training_extra_steps: 0,
    training_extra_steps_after_mastery: 0,
  };
  const afterStep = async (settings: Partial<Configuration>, masteredAt: number | null) => {
    const learner = learnerOf({ schedule: "constant", ...none, ...settings });
    learner.state.masteredAt = masteredAt;
    await learner.step();
    const { parameters } = await learner.vectors();
    learner.dispose();
    return parameters;
  };
  const plain = await afterStep({}, null);
  const hardenings = [
    ["state_noise", 0.1, 0.2],
    ["dropout", 0.1, 0.2],
    ["training_extra_steps", 40, 80],
  ] as const;
  for (const [before, value, other] of hardenings) {
    const after = `${before}_after_mastery`;
    const some = await afterStep({ [before]: value }, null);
    assertNotEquals(some, plain);
    assertEquals(await afterStep({ [before]: value, [after]: other }, null), some);
    assertEquals(await afterStep({ [before]: other, [after]: value }, 0), some);
    assertEquals(await afterStep({ [before]: value }, 0), plain);
  }
  const noisy = { state_noise: 0.1, state_noise_after_mastery: 0.1 };
  const all = await afterStep(noisy, null);
  assertEquals(await afterStep({ ...noisy, clean_share_after_mastery: 1 }, null), all);
  assertEquals(await afterStep({ ...noisy, clean_share_after_mastery: 1 }, 0), plain);
  assertEquals(await afterStep({ ...noisy, clean_share: 1 }, null), plain);
  assertEquals(await afterStep({ ...noisy, clean_share: 1 }, 0), all);
});

Deno.test("with state_noise_target_accuracy the noise grows where more of the largest size is right, from mastery on, and falls where less is", async () => {
  const after = async (
    state_noise_target_accuracy: number,
    right: number,
    masteredAt: number | null = 0,
    state_noise_after_mastery = 0.1,
  ) => {
    const learner = learnerOf({ state_noise_target_accuracy, state_noise_after_mastery, check_every: 2 });
    const { state } = learner;
    state.masteredAt = masteredAt;
    const record = (size: number, right: number) => ({
      ...{ size, examples: 10, positions: 50 },
      metrics: readStepMetrics([0.1, right, 50, 0, 1, 0]),
    });
    // Other sizes do not count.
    state.window = [record(state.size, right), record(state.size, right), record(state.size - 1, 5)];
    await learner.check();
    learner.dispose();
    return state.noiseAfterMastery;
  };
  assertAlmostEquals(await after(0.8, 10), 0.1 * Math.exp(0.04 * 2 * 0.2), 1e-12);
  assertAlmostEquals(await after(0.8, 8), 0.1, 1e-12);
  assertAlmostEquals(await after(0.8, 0), 0.1 * Math.exp(-0.04 * 2 * 0.8), 1e-12);
  assertEquals(await after(0, 10), 0.1);
  assertEquals(await after(0.8, 10, null), 0.1);
  assertEquals(await after(0.8, 10, 0, 1), 1);
});

Deno.test("the next step has the noise that the last check came to", async () => {
  const afterStep = async (state_noise_after_mastery: number, noiseAfterMastery: number) => {
    const learner = learnerOf({ state_noise_after_mastery });
    Object.assign(learner.state, { masteredAt: 0, noiseAfterMastery });
    await learner.step();
    const { parameters } = await learner.vectors();
    learner.dispose();
    return parameters;
  };
  assertEquals(await afterStep(0.1, 0.2), await afterStep(0.2, 0.2));
  assertNotEquals(await afterStep(0.2, 0.1), await afterStep(0.2, 0.2));
});

Deno.test("the largest size is mastered where mastery_accuracy of the validation examples are right", async () => {
  for (const [mastery_accuracy, masteredAt, validated] of [[0, 0, 4], [1, null, 1]] as const) {
    const learner = learnerOf({ mastery_accuracy });
    const { score: shares } = await learner.validate();
    assert(shares[0]! < 1);
    // Longer numbers are tried once the largest size is mastered.
    assertEquals([learner.state.masteredAt, shares.length], [masteredAt, validated]);
    learner.dispose();
  }
});
