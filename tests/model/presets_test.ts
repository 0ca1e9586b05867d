// The presets' values: as published.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Configuration, presets, problems } from "../../mod.ts";
import { checkConfiguration } from "../../lib/model/check_configuration.ts";
import { initialParameters, parameterTable, recurrenceSpec } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";

Deno.test("the preset paper has the values of the paper, and those of its code where the paper has none", () => {
  const fromPaper: Partial<Configuration> = {
    ...{ cell: "cgru", layers: 2, width: 4, maps: 24, kernel_width: 3, kernel_length: 3, relaxation_sets: 6 },
    ...{ optimizer: "adam", adam_epsilon: 1e-4, clip_norm: 1, dropout: 0.09, dropout_on: "state" },
    ...{ advance_accuracy: 0.9, random_size_share: 0.2, examples_per_size: 10000, gradient_noise_decay: 0.5 },
  };
  const fromCode: Partial<Configuration> = {
    ...{
      learning_rate: 1e-3,
      batch_size: 32,
      relaxation_pull: 5e-4,
      relaxation_pull_factor: 1.2,
      relaxation_average_at_pull: 0.1,
    },
    ...{ schedule: "decay", gradient_noise: 0, check_every: 200 },
  };
  for (
    const [published, source] of [[fromPaper, /^paper, section /], [fromCode, /^paper's code$/]] as const
  ) {
    for (const key of Object.keys(published) as (keyof typeof presets.paper.base)[]) {
      assertEquals(presets.paper.base[key], published[key], key);
      assertMatch(presets.paper.sources[key], source, key);
    }
  }
});

Deno.test("the CGRU starts as in the paper's code: unit scaling of 1.8, gates' biases of 1", () => {
  const spec = recurrenceSpec(resolve(presets.paper, problems.badd!));
  const table = parameterTable(spec, "01+");
  const values = initialParameters(table, 1);
  for (const { name, offset, size } of table) {
    const own = values.subarray(offset, offset + size);
    const [least, most] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))];
    if (name.endsWith(".bias")) {
      assertEquals([least, most], Array(2).fill(name.includes("candidate") ? 0 : 1));
    } else {
      const reach = name === "embedding.weight"
        ? 1.7
        : 1.8 * Math.sqrt(3 / (name === "output.weight" ? 24 : 9 * 24));
      assert(most <= reach && most > 0.9 * reach && least >= -reach && least < -0.9 * reach, name);
    }
  }
});

Deno.test("the preset diagonal has the values of the DNGPU code, also those that follow from problem and maps", () => {
  const { badd, bmul } = problems;
  assertEquals(resolve(presets.diagonal, badd!).dropout, 0.5);
  const { maps, dropout, learning_rate, examples_per_size } = resolve(presets.diagonal, bmul!);
  assertEquals([maps, dropout, learning_rate, examples_per_size], [96, 0.1, 0.005, 10000]);
});

Deno.test("what a preset has for single problems is for problems that there are, and fits its other values", () => {
  for (const preset of Object.values(presets)) {
    for (const name of Object.keys(preset.byProblem)) {
      assert(Object.hasOwn(problems, name), `${name}: no such problem`);
      checkConfiguration(resolve(preset, problems[name]!));
    }
  }
});

Deno.test("a dropout of one's own holds to the end, unless another one is given for that", () => {
  const final = (overrides: Partial<Configuration>) =>
    resolve(presets.default, problems.badd!, overrides).dropout_after_mastery;
  assertEquals(final({}), presets.default.base.dropout_after_mastery);
  assertEquals(final({ dropout: 0.2 }), 0.2);
  assertEquals(final({ dropout: 0.2, dropout_after_mastery: 0.1 }), 0.1);
});

Deno.test("training takes up to as many extra steps as the model, unless it is told another number", () => {
  const drawn = (overrides: Partial<Configuration>) =>
    resolve(presets.default, problems.bmul!, overrides).training_extra_steps;
  assertEquals(drawn({}), resolve(presets.default, problems.bmul!).extra_steps);
  assertEquals(drawn({ extra_steps: 3 }), 3);
  assertEquals(drawn({ extra_steps: 200, training_extra_steps: 8 }), 8);
});
