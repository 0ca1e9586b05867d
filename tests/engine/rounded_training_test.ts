// Training with the state rounded to its levels: the same on every engine, and with a gradient that passes the rounding.
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../mod.ts";
import { runningKernels } from "../../lib/engine/backends.ts";
import type { Kernels } from "../../lib/engine/kernels.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { presets } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { testOnBackends } from "../support/adapter.ts";
import { difference } from "../support/case.ts";
import { gradientOf } from "../support/gradient.ts";

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

function roundedGradient(kernels: Kernels, rounds?: boolean) {
  const options = { dropout: undefined, saturationWeight: 0, noise, cleanShare: 0.5, rounds };
  return gradientOf(kernels, network, values, [batch], options);
}

testOnBackends("a training step that rounds the state gives what the reference gives", async () => {
  const [gradient, metrics] = await roundedGradient(runningKernels(), true);
  const [expected, expectedMetrics] = await roundedGradient(reference, true);
  assert(difference(gradient, expected) < 1e-4, `${difference(gradient, expected)}`);
  assert(difference(metrics, expectedMetrics) < 1e-4);
  assert(expected.some((value) => Math.abs(value) > 1e-3), "no gradient passes");
});

testOnBackends("a training step rounds only where it is asked to", async () => {
  const [rounded] = await roundedGradient(runningKernels(), true);
  const [plain] = await roundedGradient(runningKernels());
  const [expected] = await roundedGradient(reference, false);
  assert(difference(plain, expected) < 1e-4);
  assert(difference(rounded, plain) > 1e-2);
  assertEquals(rounded.length, plain.length);
});
