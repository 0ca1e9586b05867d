import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startBackend } from "../lib/backend.ts";
import type { StateNoise } from "../lib/recurrence/spec.ts";
import { stateNoise } from "../lib/recurrence/state_noise.ts";
import { assertByPlace } from "./draws.ts";
import { trainerOf } from "./trainer_of.ts";

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

Deno.test("training takes state_noise until the largest size is mastered, and final_noise from then on", async () => {
  const afterStep = async (state_noise: number, final_noise: number, masteredAt: number | null) => {
    const trainer = trainerOf({ dropout: 0, schedule: "constant", state_noise, final_noise });
    trainer.state.masteredAt = masteredAt;
    await trainer.step();
    const { parameters } = await trainer.vectors();
    trainer.dispose();
    return parameters;
  };
  const [none, some] = [await afterStep(0, 0, null), await afterStep(0.1, 0, null)];
  assertNotEquals(some, none);
  assertEquals(await afterStep(0.1, 0.2, null), some);
  assertEquals(await afterStep(0.2, 0.1, 0), some);
  assertEquals(await afterStep(0.1, 0, 0), none);
});

Deno.test("training spares the clean share of a batch once the largest size is mastered, and not before", async () => {
  const afterStep = async (noise: number, clean_share: number, masteredAt: number | null) => {
    const trainer = trainerOf({
      ...{ dropout: 0, schedule: "constant", clean_share },
      ...{ state_noise: noise, final_noise: noise },
    });
    trainer.state.masteredAt = masteredAt;
    await trainer.step();
    const { parameters } = await trainer.vectors();
    trainer.dispose();
    return parameters;
  };
  const [none, some] = [await afterStep(0, 0, null), await afterStep(0.1, 0, null)];
  assertEquals(await afterStep(0.1, 1, null), some);
  assertEquals(await afterStep(0.1, 1, 0), none);
  assertEquals(await afterStep(0.1, 0, 0), some);
});

Deno.test("the largest size is mastered where master_at of the validation examples are right", async () => {
  for (const [master_at, masteredAt, validated] of [[0, 0, 4], [1, null, 1]] as const) {
    const trainer = trainerOf({ master_at });
    const shares = await trainer.validate();
    assert(shares[0]! < 1);
    // Longer numbers are tried once the largest size is mastered.
    assertEquals([trainer.state.masteredAt, shares.length], [masteredAt, validated]);
    trainer.dispose();
  }
});
