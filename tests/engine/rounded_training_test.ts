// Training with the state rounded to its levels: the same on every engine, and with a gradient that passes the rounding.
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../mod.ts";
import { tf } from "../../lib/deps.ts";
import { tensorKernels } from "../support/engine.ts";
import { read } from "../../lib/engine/device.ts";
import type { TensorKernels } from "../../lib/engine/kernels.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { batchGradient } from "../../lib/engine/shards.ts";
import type { GradientOptions } from "../../lib/engine/step.ts";
import { alone } from "../../lib/engine/workers/pool.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { presets } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { testOnBackends } from "../support/adapter.ts";
import { difference } from "../support/case.ts";

const reverse = problems.reverse!;
const examples = [4, 2, 3, 4].map((size, i) =>
  sampleExample(reverse, "random", size, new Random(3, "rounded", i))
);
const batch = encodeBatch(reverse.symbols, examples, { extraSteps: 0 });
const network = networkOf(
  resolve(presets.default, reverse, { maps: 6, state_levels: 5 }),
  reverse.symbols,
);
const values = initialParameters(network.table, 2).map((value) => 2 * value);
const noise = { seed: 5, trainingStep: 7, scale: 0.1 };

async function gradientOf(kernels: TensorKernels, options: Partial<GradientOptions>) {
  const parameters = tf.tensor1d(values);
  const given = { dropout: undefined, saturationWeight: 0, noise, cleanShare: 0.5, ...options };
  const { gradient, metrics } = await batchGradient(kernels, network, parameters, [batch], given, alone);
  const numbers = [await read(gradient), await read(metrics)] as const;
  tf.dispose([parameters, gradient, metrics]);
  return numbers;
}

testOnBackends("a training step that rounds the state gives what the reference gives", async () => {
  const [gradient, metrics] = await gradientOf(tensorKernels(), { rounds: true });
  const [expected, expectedMetrics] = await gradientOf(reference, { rounds: true });
  assert(difference(gradient, expected) < 1e-4, `${difference(gradient, expected)}`);
  assert(difference(metrics, expectedMetrics) < 1e-4);
  assert(expected.some((value) => Math.abs(value) > 1e-3), "no gradient passes");
});

testOnBackends("a training step rounds only where it is asked to", async () => {
  const [rounded] = await gradientOf(tensorKernels(), { rounds: true });
  const [plain] = await gradientOf(tensorKernels(), {});
  const [expected] = await gradientOf(reference, { rounds: false });
  assert(difference(plain, expected) < 1e-4);
  assert(difference(rounded, plain) > 1e-2);
  assertEquals(rounded.length, plain.length);
});
