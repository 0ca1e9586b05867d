// Gradient noise: its distribution, and that it reaches the parameters, which it never did in the published code.
import { read } from "../../lib/engine/device.ts";
import { tensorKernels } from "../support/engine.ts";
import { shareRight } from "../../lib/training/metrics.ts";
import { Optimizer } from "../../lib/engine/optimizer.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { gradientNoise, noiseDeviation } from "../../lib/training/rules/noise.ts";
import { testOnBackends } from "../support/adapter.ts";
import { learnerOf } from "../support/learner_of.ts";
import { difference } from "../support/case.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`noise_test: TEST_SEED=${seed}`);

Deno.test("gradientNoise() is normal, with the deviation asked for", () => {
  const size = 100001;
  const noise = gradientNoise(size, 0.3, seed, 7);
  const moment = (power: number) => noise.reduce((sum, x) => sum + (x / 0.3) ** power, 0) / size;
  // Means of x, x², x³ and x⁴ of a normal x are 0, 1, 0 and 3, each ± 6 standard deviations of the mean.
  [0, 1, 0, 3].forEach((expected, i) => {
    const deviation = Math.sqrt([1, 2, 15, 96][i]! / size);
    assertAlmostEquals(moment(i + 1), expected, 6 * deviation, `power ${i + 1} (TEST_SEED=${seed})`);
  });
  const within = noise.filter((x) => Math.abs(x) < 0.3).length / size;
  assertAlmostEquals(within, 0.6827, 6 * Math.sqrt(0.22 / size));
  // Neighbours, which share a radius, are independent.
  let product = 0;
  for (let i = 0; i + 1 < size; i += 2) product += noise[i]! * noise[i + 1]! / 0.09;
  assertAlmostEquals(product / (size / 2), 0, 6 / Math.sqrt(size / 2));
});

Deno.test("gradientNoise() depends on seed and step alone", () => {
  assertEquals(gradientNoise(9, 2, seed, 3), gradientNoise(10, 2, seed, 3).slice(0, 9));
  assertNotEquals(gradientNoise(9, 2, seed, 3), gradientNoise(9, 2, seed, 4));
  assertNotEquals(gradientNoise(9, 2, seed, 3), gradientNoise(9, 2, seed + 1, 3));
  assertEquals(gradientNoise(5, 0, seed, 3).every((x) => x === 0), true);
});

Deno.test("noiseDeviation() has a variance that falls as 1/√step, and is zero for a perfect model", () => {
  const settings = { gradient_noise: 0.2, gradient_noise_decay: 0.5 };
  const variance = (step: number, errors: number) => noiseDeviation(settings, step, errors) ** 2;
  assertAlmostEquals(variance(1, 1), 0.04, 1e-12);
  assertAlmostEquals(variance(10000, 1), 0.04 / 100, 1e-12);
  assertAlmostEquals(noiseDeviation(settings, 10000, 0.25), 0.2 / 10 / 4, 1e-12);
  assertEquals(noiseDeviation(settings, 5, 0), 0);
  assertEquals(noiseDeviation({ gradient_noise: 0, gradient_noise_decay: 0.5 }, 5, 1), 0);
  assertAlmostEquals(
    noiseDeviation({ ...settings, gradient_noise_decay: 0.55 }, 16, 1),
    0.2 * 16 ** -0.275,
    1e-12,
  );
});

for (const optimizer of ["adam", "adamax"] as const) {
  testOnBackends(`${optimizer} takes noise on top of the clipped gradient`, async () => {
    const [size, clip_norm, rate] = [50, 0.5, 0.01];
    const gradient = gradientNoise(size, 1, seed, 1);
    const noise = gradientNoise(size, 0.2, seed, 2);
    const norm = Math.hypot(...gradient);
    const moments = [
      gradientNoise(size, 0.1, seed, 3),
      gradientNoise(size, 0.1, seed, 4).map(Math.abs),
    ] as const;
    const start = gradientNoise(size, 1, seed, 5);
    const own = new Optimizer(tensorKernels(), { optimizer, adam_epsilon: 1e-4, clip_norm }, size, moments);
    const tensors = [start, gradient, noise].map((vector) => tf.tensor1d(vector));
    const update = own.update(tensors[0]!, tensors[1]!, rate, 9, tensors[2]);
    const found = await read(update.parameters);
    assertAlmostEquals((await read(update.gradientNorm))[0]!, norm, 1e-4);
    tf.dispose([...tensors, update.parameters, update.gradientNorm]);
    own.dispose();
    const expected = start.map((x, i) => {
      const g = gradient[i]! * Math.min(1, clip_norm / norm) + noise[i]!;
      const [m, v] = [moments[0][i]!, moments[1][i]!];
      if (optimizer === "adam") {
        const corrected = rate * Math.sqrt(1 - 0.999 ** 10) / (1 - 0.9 ** 10);
        return x - corrected * (0.9 * m + 0.1 * g) / (Math.sqrt(0.999 * v + 0.001 * g * g) + 1e-4);
      }
      const limit = 1.2 * v + 1e-4;
      const clipped = Math.min(limit, Math.max(-limit, g));
      const decayed = v * (1 - 0.01 * 0.5 ** (9 / 2000));
      return x - rate * (0.9 * m + 0.1 * clipped) / (Math.max(decayed, Math.abs(clipped)) + 1e-8);
    });
    found.forEach((x, i) => assertAlmostEquals(x, expected[i]!, 1e-5, `element ${i} (TEST_SEED=${seed})`));
  });
}

testOnBackends("noise is applied in training, as much as there are errors", async () => {
  const first = async (gradient_noise: number, errorShare: number) => {
    const learner = learnerOf({ gradient_noise, clip_norm: 0 });
    learner.state.errorShare = errorShare;
    await learner.step();
    const { parameters, moments } = await learner.vectors();
    learner.dispose();
    return { parameters, moment: moments[0] };
  };
  const [clean, noisy, perfect] = [await first(0, 1), await first(0.3, 0.5), await first(0.3, 0)];
  assertEquals(perfect.parameters, clean.parameters);
  // Adam's first moment after a step is a tenth of the gradient.
  const added = noisy.moment.map((m, i) => 10 * (m - clean.moment[i]!));
  assert(difference(added, gradientNoise(added.length, 0.15, 1, 0)) < 1e-4);
  assertNotEquals(noisy.parameters, clean.parameters);
});

testOnBackends("the errors that scale the noise are those of the last check", async () => {
  const learner = learnerOf({ gradient_noise: 0.1, check_every: 2 });
  assertEquals(learner.state.errorShare, 1);
  await learner.step();
  await learner.step();
  const { steps } = await learner.check();
  assertEquals(learner.state.errorShare, 1 - shareRight(steps, "examples"));
  learner.dispose();
});
