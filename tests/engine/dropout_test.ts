import { startBackend } from "../../lib/engine/backends.ts";
import type { Dropout } from "../../lib/engine/run.ts";
import { assert, assertEquals } from "@std/assert";
import { dropoutMask, INPUT_LAYER } from "../../lib/engine/dropout.ts";
import { assertByPlace } from "../support/draws.ts";

await startBackend("cpu");
const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`dropout_test: TEST_SEED=${seed}`);

type Shape = readonly [rows: number, width: number, positions: number, maps: number];
const dropout: Dropout = { rate: 0.4, on: "candidate", seed, trainingStep: 3, firstExample: 0 };

function values(shape: Shape, changed: Partial<Dropout> = {}, layer = 0, t = 0): Float32Array {
  const mask = dropoutMask({ ...dropout, ...changed }, layer, t, shape);
  assertEquals(mask.shape, [...shape]);
  const result = mask.dataSync<"float32">();
  mask.dispose();
  return result;
}

const bits = (mask: Float32Array) => Array.from(mask, (value) => value === 0 ? 0 : 1).join("");

// Trainings would be other trainings if these changed, and so would shaders that draw the same masks be wrong.
Deno.test("dropoutMask() gives the same masks for ever", () => {
  const pinned = { seed: 2 ** 52 + 42, trainingStep: 1000, firstExample: 5 };
  assertEquals(bits(values([2, 2, 3, 4], pinned, 1, 7)), "101011111111000110110011101110010010101111010110");
  assertEquals(
    bits(values([1, 1, 6, 8], pinned, INPUT_LAYER)),
    "101011110101110111111111110101100010010111101111",
  );
});

Deno.test("dropoutMask() drops its share, and scales what it keeps", () => {
  for (const rate of [0, 0.09, 0.3, 0.5, 0.99]) {
    const mask = values([8, 4, 25, 32], { rate });
    const dropped = mask.filter((value) => value === 0).length;
    const deviation = Math.sqrt(mask.length * rate * (1 - rate));
    assert(
      Math.abs(dropped - rate * mask.length) <= 5 * deviation,
      `${dropped} of ${mask.length} at ${rate}`,
    );
    const kept = Math.fround(1 / (1 - rate));
    assert(mask.every((value) => value === 0 || value === kept));
  }
});

Deno.test("dropoutMask() drops its share of every map, position, column and row", () => {
  const shape = [40, 40, 40, 40] as const;
  const mask = values(shape);
  shape.forEach((size, axis) => {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const dropped = Array<number>(size).fill(0);
    mask.forEach((value, i) => value === 0 && dropped[Math.floor(i / stride) % size]!++);
    const each = mask.length / size;
    for (const count of dropped) {
      assert(Math.abs(count / each - 0.4) < 6 * Math.sqrt(0.24 / each), `axis ${axis}: ${count}`);
    }
  });
});

Deno.test("dropoutMask() depends on neither padding nor shards", () => {
  assertByPlace(values);
  // Fewer columns.
  assertEquals(values([1, 1, 9, 5]), values([6, 2, 9, 5]).subarray(0, 45));
});

Deno.test("dropoutMask() draws anew for each layer, step, example, column, training step and seed", () => {
  const shape = [1, 1, 40, 100] as const;
  const masks = Object.entries({
    "first": values(shape),
    "layer": values(shape, {}, 1),
    "the input": values(shape, {}, INPUT_LAYER),
    "step": values(shape, {}, 0, 1),
    "layer and step": values(shape, {}, 1, 1),
    "example": values(shape, { firstExample: 1 }),
    "training step": values(shape, { trainingStep: 4 }),
    "seed": values(shape, { seed: seed + 1 }),
    "seed beyond 32 bits": values(shape, { seed: seed + 2 ** 32 }),
    "column": values([1, 2, 40, 100]).slice(4000),
  });
  for (const [a, one] of masks) {
    for (const [b, other] of masks) {
      if (a === b) continue;
      const alike = one.filter((value, i) => (value === 0) === (other[i] === 0)).length / one.length;
      // Independent masks agree on 0.4² + 0.6² of their units, give or take 0.008.
      assert(Math.abs(alike - 0.52) < 0.048, `${a} and ${b} agree on ${alike} (TEST_SEED=${seed})`);
    }
  }
});
