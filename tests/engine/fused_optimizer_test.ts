// The optimizer's kernels against the reference.
import { read } from "../../lib/engine/device.ts";
import type { OptimizerSettings } from "../../lib/engine/training.ts";
import { assert, assertEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";
import { update } from "../../lib/engine/reference/optimizer.ts";
import { updateOnWebGPU } from "../../lib/engine/webgpu/optimizer.ts";
import { testOnWebGPU } from "../support/adapter.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`fused_optimizer_test: TEST_SEED=${seed}`);

for (const optimizer of ["adamax", "adam"] as const) {
  for (const clip_norm of [0, 1]) {
    testOnWebGPU(
      `the update on webgpu is the reference's, ${optimizer}, largest norm ${clip_norm}`,
      async () => {
        const random = new Random(seed, optimizer, clip_norm);
        const vector = (draw: () => number) => tf.tensor1d(Float32Array.from({ length: 1500 }, draw));
        const settings: OptimizerSettings = { optimizer, clip_norm, adam_epsilon: 1e-4 };
        for (const scale of [1e-3, 0.1]) { // norms of about 0.04 and 4
          const vectors = {
            parameters: vector(() => random.normal()),
            first: vector(() => scale * random.normal()),
            second: vector(() => scale * random.uniform()),
          };
          const gradient = vector(() => scale * random.normal());
          const numbers = { rate: 0.01, beta2: 0.995 };
          const before = tf.memory().numTensors;
          const plain = update(settings, numbers, vectors, gradient);
          const found = updateOnWebGPU(settings, numbers, vectors, gradient);
          assertEquals(tf.memory().numTensors, before + 8);
          for (const [i, name] of ["parameters", "norm", "first", "second"].entries()) {
            const [expected, actual] = [await read(plain[i]!), await read(found[i]!)];
            assertEquals(actual.length, expected.length);
            const largest = Math.max(...expected.map(Math.abs));
            const worst = Math.max(...expected.map((value, k) => Math.abs(value - actual[k]!)));
            assert(worst <= 3e-6 * largest, `${name} differ by ${worst} of ${largest}, TEST_SEED=${seed}`);
          }
          tf.dispose([...plain, ...found, gradient, ...Object.values(vectors)]);
        }
      },
    );
  }
}
