// What the optimizers make of gradients, against their formulas.
import { read } from "../../lib/engine/device.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import { tensorKernels } from "../support/engine.ts";
import { Optimizer } from "../../lib/engine/optimizer.ts";
import type { OptimizerSettings } from "../../lib/engine/training.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";

await startBackend("wasm");
const kernels = tensorKernels();
const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`optimizer_test: TEST_SEED=${seed}`);

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
