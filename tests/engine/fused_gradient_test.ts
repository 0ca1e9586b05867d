// The gradient of a training step by the kernels of each backend, against the reference.
import { runningKernels } from "../../lib/engine/backends.ts";
import { type Network, networkOf } from "../../lib/model/network.ts";
import type { GradientOptions } from "../../lib/engine/step.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { type Batch, encodeBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { Random } from "../../lib/random.ts";
import type { Kernels } from "../../lib/engine/kernels.ts";
import { GRADIENT_METRICS } from "../../lib/engine/metrics.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { webgpu, webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { testOnBackends, testOnWebGPU } from "../support/adapter.ts";
import { difference, tensors } from "../support/case.ts";
import { gradientOf } from "../support/gradient.ts";
import { assertReadsWhatItWrites } from "../support/poison.ts";

/** Examples of the sizes given, one after the other, as many as there are. */
function batchOf(name: string, sizes: readonly number[], extraSteps = 0, bin?: number): Batch {
  const problem = problems[name]!;
  const examples = sizes.map((size, i) =>
    sampleExample(problem, "random", size, new Random(3, "gradient", i))
  );
  return encodeBatch(problem.symbols, examples, { extraSteps, bin });
}

const draws = { seed: 5, trainingStep: 7 };
const candidates = { ...draws, rate: 0.2, on: "candidate" } as const;
const states = { ...draws, rate: 0.2, on: "state" } as const;
const noise = { ...draws, scale: 0.1 };

/** A step: its network, its batches, and what else belongs to it. */
interface Step {
  readonly preset: keyof typeof presets;
  readonly problem: string;
  readonly overrides: Partial<Configuration>;
  readonly batches: readonly Batch[];
  readonly options: GradientOptions;
}

const plain = { dropout: undefined, saturationWeight: 0 };
const equal = [3, 3, 3, 3, 3, 3];
const mixed = [4, 1, 3, 2, 4];

const steps: Readonly<Record<string, Step>> = {
  "diagonal cells, nothing added": {
    preset: "default",
    problem: "badd",
    overrides: { maps: 12 },
    batches: [batchOf("badd", equal)],
    options: plain,
  },
  "mixed lengths, maps that are no multiple of 4, all that can be added, some examples clean": {
    preset: "diagonal",
    problem: "bmul",
    overrides: { maps: 7 },
    batches: [batchOf("bmul", mixed, 3)],
    options: { dropout: candidates, noise, cleanShare: 0.4, saturationWeight: 0.5 },
  },
  "noise on decimal digits, half of them clean": {
    preset: "default",
    problem: "add",
    overrides: { maps: 16 },
    batches: [batchOf("add", equal)],
    options: { ...plain, noise, cleanShare: 0.5 },
  },
  "two bins, clean examples in both": {
    preset: "diagonal",
    problem: "badd",
    overrides: { maps: 8 },
    batches: [batchOf("badd", [2, 1, 2], 0, 6), batchOf("badd", [4, 4, 3], 0, 11)],
    options: { dropout: candidates, dropoutByLength: true, cleanShare: 0.34, saturationWeight: 0.1 },
  },
  "the paper's CGRUs, relaxed, the state dropped, all examples clean but one": {
    preset: "paper",
    problem: "badd",
    overrides: { maps: 5, relaxation_sets: 2 },
    batches: [batchOf("badd", mixed)],
    options: { dropout: states, cleanShare: 0.8, saturationWeight: 0 },
  },
  "CGRUs with a saturation cost, that of the embedding among it": {
    preset: "paper",
    problem: "reverse",
    overrides: { maps: 6, relaxation_sets: 1, saturation_of_embedding: true },
    batches: [batchOf("reverse", mixed)],
    options: { dropout: undefined, saturationWeight: 0.3 },
  },
};

function networkFor({ preset, problem, overrides }: Step): { network: Network; values: Float32Array } {
  const network = networkOf(
    resolve(presets[preset], problems[problem]!, overrides),
    problems[problem]!.symbols,
  );
  // Twice as far from zero as a training starts: some units are beyond what clips and what counts as saturated.
  return { network, values: initialParameters(network.table, 2).map((value) => 2 * value) };
}

for (const [name, step] of Object.entries(steps)) {
  testOnBackends(`the gradient of a training step is the reference's: ${name}`, async () => {
    const before = tensors();
    const { network, values } = networkFor(step);
    const found = (kernels: Kernels) => gradientOf(kernels, network, values, step.batches, step.options);
    const [gradient, metrics] = await found(runningKernels());
    const [expected, expectedMetrics] = await found(reference);
    assertNotEquals(gradient, expected, "one and the same implementation ran twice");
    for (const { name, offset, size } of network.table) {
      const [ours, theirs] = [gradient, expected].map((all) => all.subarray(offset, offset + size));
      const apart = difference(ours!, theirs!);
      assert(apart <= 1e-4, `${name}: ${apart}`);
    }
    Object.keys(GRADIENT_METRICS).forEach((metric, i) => {
      const apart = Math.abs(metrics[i]! - expectedMetrics[i]!) / Math.max(1, Math.abs(expectedMetrics[i]!));
      assert(apart <= 1e-5, `${metric}: ${metrics[i]}, expected ${expectedMetrics[i]}`);
    });
    assertEquals(tensors(), before, "tensors are left over");
  });
}

for (const name of Object.keys(steps).slice(1, 3)) {
  testOnWebGPU(`the kernels of a training step read what they have written: ${name}`, async () => {
    const { network, values } = networkFor(steps[name]!);
    const { batches, options } = steps[name]!;
    await assertReadsWhatItWrites(11, () => gradientOf(webgpu, network, values, batches, options));
  });
}

testOnWebGPU("a batch in groups of two rows has the gradient of the whole one", async () => {
  const step =
    steps["mixed lengths, maps that are no multiple of 4, all that can be added, some examples clean"]!;
  const { network, values } = networkFor(step);
  const grouped = webgpuKernels({ buffer: 60_000 });
  assertEquals(step.batches.map((batch) => grouped.divide(network, batch).rows), [2]);
  const [whole, parts] = [
    await gradientOf(webgpu, network, values, step.batches, step.options),
    await gradientOf(grouped, network, values, step.batches, step.options),
  ];
  for (const i of [0, 1] as const) assert(difference(parts[i], whole[i]) <= 1e-5);
});
