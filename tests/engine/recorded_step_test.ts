// A whole training step on WebGPU, from the examples to the update, against the reference.
import { assert } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import type { Kernels } from "../../lib/engine/kernels.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import type { TrainingStart, TrainingStep } from "../../lib/engine/training.ts";
import { webgpu, webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { alone } from "../../lib/engine/workers/pool.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { networkOf } from "../../lib/model/network.ts";
import { parameterCount } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { difference } from "../support/case.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`recorded_step_test: TEST_SEED=${seed}`);

const badd = problems.badd!;
const random = new Random(seed, "step");

/** What a step depends on, by default little. */
interface Case {
  readonly kernels?: Kernels;
  readonly optimizer?: "adamax" | "adam";
  readonly sets?: number;
  readonly clip_norm?: number;
  readonly noisy?: boolean;
  /** Sizes of the examples of each batch. */
  readonly sizes?: readonly (readonly number[])[];
}

/** What a step yields: the vectors after it, and its metrics. */
async function after(kernels: Kernels, start: TrainingStart, step: TrainingStep) {
  const training = kernels.startTraining(start, alone);
  await training.step(step);
  const [{ parameters, moments }, [metrics]] = [await training.vectors(), await training.metrics()];
  training.dispose();
  return { parameters, first: moments[0], second: moments[1], metrics: Object.values(metrics!) };
}

async function compare(
  { kernels = webgpu, optimizer = "adamax", sets = 1, clip_norm = 0, noisy = false, sizes = [[2, 2, 1]] }:
    Case,
): Promise<void> {
  const network = networkOf(
    resolve(presets.default, badd, { maps: 5, relaxation_sets: sets }),
    badd.symbols,
  );
  const vector = (draw: () => number) => Float32Array.from({ length: parameterCount(network.table) }, draw);
  const start: TrainingStart = {
    network,
    optimizer: { optimizer, clip_norm, adam_epsilon: 1e-4 },
    parameters: vector(() => 0.3 * random.normal()),
    moments: [vector(() => 0.01 * random.normal()), vector(() => 0.01 * random.uniform())],
  };
  const step: TrainingStep = {
    batches: sizes.map((sizes, b) => {
      const examples = sizes.map((size, i) =>
        sampleExample(badd, "random", size, new Random(seed, "example", b, i))
      );
      return encodeBatch(badd.symbols, examples, { extraSteps: 1 });
    }),
    options: { dropout: undefined, saturationWeight: 0.1 },
    pull: 0.01,
    learningRate: 0.01,
    step: 7,
    gradientNoise: noisy ? vector(() => 0.001 * random.normal()) : undefined,
  };
  const [found, expected] = [await after(kernels, start, step), await after(reference, start, step)];
  for (const name of ["parameters", "first", "second", "metrics"] as const) {
    const apart = difference(found[name], expected[name]);
    assert(apart < 1e-5, `${name} differ by ${apart}, TEST_SEED=${seed}`);
  }
}

const cases: Readonly<Record<string, Case>> = {
  "AdaMax, several batches": { sizes: [[2, 2, 1], [1, 1]] },
  "AdaMax, clipped, with noise": { clip_norm: 0.01, noisy: true },
  "AdaMax, several parameter sets": { clip_norm: 0.01, sets: 3 },
  "Adam": { optimizer: "adam" },
  "Adam, clipped, with noise": { optimizer: "adam", clip_norm: 0.01, noisy: true },
  "Adam, several parameter sets": { optimizer: "adam", sets: 3 },
  "a batch in shards of the two rows that a buffer holds": { kernels: webgpuKernels({ buffer: 20_000 }) },
  "rows that no buffer holds, left to the tape": { kernels: webgpuKernels({ buffer: 1000 }) },
  "rows that no buffer holds beside some that one does": {
    kernels: webgpuKernels({ buffer: 20_000 }),
    sizes: [[1, 1], [6]],
  },
  "the texts for a GPU": { kernels: webgpuKernels({ software: false }) },
  "more dispatches than one submission takes": {
    kernels: webgpuKernels({ split: true }),
    sizes: [[36], [36]],
  },
};

for (const [what, test] of Object.entries(cases)) {
  testOnWebGPU(`a training step is the reference's: ${what}`, () => compare(test));
}
