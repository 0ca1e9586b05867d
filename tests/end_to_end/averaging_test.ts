// Runs that average their parameter sets on the way, and the files of before and after.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { loadModel, saveModel, train, type TrainOptions, UsageError } from "../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { emptyDirectory } from "../support/process.ts";
import { contentsOf, options as smallRun } from "../support/small_run.ts";

/** A run with every technique, which averages its three sets halfway. */
const options: TrainOptions = {
  ...smallRun,
  attempts: 1,
  steps: 120,
  configuration: {
    ...smallRun.configuration,
    ...{
      relaxation_sets: 3,
      relaxation_pull: 1e-3,
      relaxation_pull_factor: 5,
      relaxation_average_at_pull: 0.1,
      start_size: 1,
      check_every: 4,
    },
    ...{ gradient_noise: 0.01, gradient_noise_decay: 0.55, examples_per_size: 40, dropout_by_length: true },
    ...{ schedule: "decay", dropout_on: "state", dropout: 0.1, clip_norm: 1 },
  },
};

Deno.test("a run that goes on around the averaging of its sets ends like one that never stopped", async () => {
  const directory = emptyDirectory();
  await train({ ...options, out: `${directory}/straight` });
  const expected = await contentsOf(`${directory}/straight`);
  const [header, ...rows] = expected.metrics.slice(0, -1);
  const column = (name: string) => rows.map((row) => Number(row[header!.indexOf(name)]));
  const apart = column("set_distance");
  const averagedAt = column("step")[apart.findLastIndex((distance) => distance > 0)]!;
  assert(apart[0]! > 0 && apart.at(-1) === 0 && averagedAt > 8, `averaged at ${averagedAt}`);
  assertEquals(expected.state.sets, 1);
  assert(new Set(column("learning_rate")).size > 1, "the decay schedule did nothing");

  const limits = [averagedAt - 4, averagedAt - 1, averagedAt, averagedAt + 2, averagedAt + 4, 120];
  for (const [index, steps] of limits.entries()) {
    const existing = index === 0 ? undefined : "resume";
    await train({ ...options, steps, out: `${directory}/run`, existing });
    const { sets } = await loadModel(`${directory}/run/model.safetensors`);
    if (steps < averagedAt) assertEquals(sets, 3);
  }
  assertEquals(await contentsOf(`${directory}/run`), expected);
});

Deno.test("a model file holds the sets that there are", async () => {
  const path = `${emptyDirectory()}/model`;
  const { model } = await train({ ...options, steps: 4 });
  assertEquals([model.sets, model.configuration.relaxation_sets], [3, 3]);
  await saveModel(path, model);
  assertEquals(await loadModel(path), model);
  const { tensors } = await decodeSafetensors(await Deno.readFile(path), path);
  for (const set of [0, 1, 2]) assert(tensors.has(`recurrence.set${set}.layer0.gate.filter`));

  const { model: averaged } = await train(options);
  assertEquals([averaged.sets, averaged.configuration.relaxation_sets], [1, 3]);
  await saveModel(path, averaged);
  assertEquals(await loadModel(path), averaged);
});

Deno.test("training starts from a model with as many sets alone", async () => {
  const { model } = await train({ ...options, steps: 4 });
  const one = { ...options.configuration, relaxation_sets: 1 };
  await assertRejects(
    () => train({ ...options, configuration: one, from: model }),
    UsageError,
    "number of parameter sets is 3, expected 1 (relaxation_sets)",
  );
  assertNotEquals((await train({ ...options, steps: 4, from: model })).model.parameters, model.parameters);
});

Deno.test("a model file of before the techniques of the paper is read, with all of them off", async () => {
  const path = `${emptyDirectory()}/model`;
  const { model } = await train({
    ...smallRun,
    steps: 4,
    configuration: { ...smallRun.configuration, cell: "cgru", gate_cutoff: 0 },
  });
  await saveModel(path, model);
  const { tensors, metadata } = await decodeSafetensors(await Deno.readFile(path), path);
  const configuration = JSON.parse(metadata.configuration!);
  const techniques = [
    "examples_per_size",
    "gradient_noise",
    "gradient_noise_decay",
    "dropout_by_length",
    "state_noise",
    "state_noise_after_mastery",
    "state_noise_target_accuracy",
    "clean_share",
    "dropout_after_mastery",
    "clean_share_after_mastery",
    "mastery_accuracy",
    "gate_cutoff",
    "state_levels",
  ];
  for (
    const key of [
      ...techniques,
      "relaxation_sets",
      "relaxation_pull",
      "relaxation_pull_factor",
      "relaxation_average_at_pull",
    ]
  ) {
    assert(key in configuration);
    delete configuration[key];
  }
  const { dropout } = configuration;
  const old = { tensors, metadata: { ...metadata, configuration: JSON.stringify(configuration) } };
  await Deno.writeFile(path, await encodeSafetensors(old));
  const { sets, parameters, configuration: read } = await loadModel(path);
  assertEquals([sets, read.relaxation_sets, read.gradient_noise], [1, 1, 0]);
  assertEquals([read.dropout_after_mastery, read.clean_share_after_mastery], [dropout, 0]);
  assertEquals(read.gate_cutoff, 0.1); // as the CGRU's gates always were
  assertEquals(parameters, model.parameters);
});
