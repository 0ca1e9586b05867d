// Whole training steps of an engine, with everything that presets and settings ask of one, against the reference.
import { assert, assertEquals } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import { runningKernels } from "../../lib/engine/backends.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import type { GradientOptions } from "../../lib/engine/step.ts";
import { alone } from "../../lib/engine/workers/pool.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { type PresetName, resolve } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { testOnWasm } from "../support/adapter.ts";
import { difference } from "../support/case.ts";

const draws = { seed: 3, trainingStep: 5 };

const CASES: readonly {
  what: string;
  preset?: PresetName;
  settings: Partial<Configuration>;
  options?: Partial<GradientOptions>;
  noise?: number;
}[] = [
  {
    what: "dropout of candidates",
    settings: { maps: 8 },
    options: { dropout: { ...draws, rate: 0.3, on: "candidate" } },
  },
  {
    what: "noise on the state, and an embedding that counts in the saturation cost",
    settings: { maps: 9, saturation_of_embedding: true },
    options: { noise: { ...draws, scale: 0.1 }, cleanShare: 0.25 },
  },
  { what: "a rounded state", settings: { maps: 7, state_levels: 3 }, options: { rounds: true } },
  {
    what: "relaxed sets, columns, and dropout of states",
    preset: "paper",
    settings: { maps: 5 },
    options: { dropout: { ...draws, rate: 0.1, on: "state" }, saturationWeight: 0 },
  },
  { what: "a largest norm, and noise on the gradient", settings: { maps: 4, clip_norm: 0.1 }, noise: 1e-3 },
];

for (const { what, preset = "default", settings, options, noise } of CASES) {
  testOnWasm(`training steps give what the reference gives, with ${what}`, async () => {
    const problem = problems.badd!;
    const configuration = resolve(presets[preset], problem, settings);
    const network = networkOf(configuration, problem.symbols);
    const parameters = initialParameters(network.table, 1).map((value, i) => value + 0.01 * Math.sin(i));
    // The rows of the second batch have different lengths, and all take the steps of the bin.
    const batches = [{ rows: 11, bin: undefined }, { rows: 5, bin: 9 }].map(({ rows, bin }, number) => {
      const examples = Array.from(
        { length: rows },
        (_, i) => sampleExample(problem, "random", 1 + i % 3, new Random(1, "step", number, i)),
      );
      return encodeBatch(problem.symbols, examples, { extraSteps: 1, bin });
    });
    const given = { dropout: undefined, saturationWeight: 0.01, ...options };
    const found = await Promise.all([runningKernels(), reference].map(async ({ startTraining }) => {
      const training = startTraining({ network, optimizer: configuration, parameters }, alone);
      const gradientNoise = noise === undefined ? undefined : parameters.map((_, i) => noise * Math.cos(i));
      for (let step = 0; step < 2; step++) {
        await training.step({
          ...{ batches, options: given, pull: 0.3, learningRate: 0.01, step, gradientNoise },
        });
      }
      await training.forward({ batches, options: given, pull: 0.3, learningRate: 0.01, step: 2 });
      const numbers = (await training.metrics()).map((metrics) => Object.entries(metrics));
      const { parameters: after, moments } = await training.vectors();
      training.dispose();
      return { numbers, vectors: [after.map((value, i) => value - parameters[i]!), ...moments] };
    }));
    const [ours, theirs] = found as [typeof found[number], typeof found[number]];
    assertEquals(ours.numbers.length, 3);
    ours.numbers.flat().forEach(([name, value], i) => {
      const expected = theirs.numbers.flat()[i]![1];
      assert(Math.abs(value - expected) <= 1e-4 * Math.abs(expected), `${name}: ${value}, not ${expected}`);
    });
    for (const [i, vector] of ours.vectors.entries()) {
      const apart = difference(vector, theirs.vectors[i]!);
      assert(apart < 1e-3, `vector ${i} is ${apart} apart`);
    }
  });
}
