// What a training step on WebGPU asks of the device once its kernels are recorded: counted, so that it is the same on
// every machine.
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../mod.ts";
import type { Training } from "../../lib/engine/training.ts";
import { webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { alone } from "../../lib/engine/workers/pool.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { presets, resolve } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { Learner } from "../../lib/training/learner.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { countCalls, type DeviceCalls } from "../support/device_calls.ts";
import { advance, smallTraining } from "../support/small_training.ts";

/** A training that goes on, without being measured. */
const endless = { steps_after_mastery: 1e6, validate_every: 1e6 };

/** Calls of the device for each step, over a number of windows after a warm-up. */
async function callsOf(
  changed: Partial<Configuration>,
  { warmUp = 80, steps = 160 } = {},
): Promise<DeviceCalls> {
  const { learner } = smallTraining({
    maps: 4,
    batch_size: 4,
    max_size: 3,
    start_size: 3,
    ...endless,
    ...changed,
  });
  while (learner.state.step < warmUp) await advance(learner);
  const counting = countCalls();
  while (learner.state.step < warmUp + steps) await advance(learner);
  const calls = counting.stop();
  learner.dispose();
  const perStep = Object.entries(calls).map(([name, count]) => [name, count / steps]);
  return Object.fromEntries(perStep) as unknown as DeviceCalls;
}

/** Asserts the bounds for windows of eight steps. */
function assertFew(calls: DeviceCalls): void {
  const { bindGroups, buffers, writes, submissions, tensors } = calls;
  const told = JSON.stringify(calls);
  assert(bindGroups <= 0.05 && buffers <= 0.05, told);
  assert(writes <= 0.3 && submissions <= 0.3, told);
  assertEquals(tensors, 0);
}

testOnWebGPU(
  "a step makes no bind group, buffer or tensor, and windows come in two submissions",
  async () => {
    assertFew(
      await callsOf({ random_size_share: 1, state_noise: 0.1, clean_share: 0.5, gradient_noise: 0.1 }),
    );
  },
);

testOnWebGPU("steps of several batches and parameter sets ask no more of the device", async () => {
  assertFew(await callsOf({ bins: [4, 7], relaxation_sets: 2, relaxation_pull: 1e-6 }));
});

testOnWebGPU(
  "a training that goes on from its vectors gives the bits of one that never stopped",
  async () => {
    const { learner } = smallTraining({
      maps: 5,
      batch_size: 3,
      max_size: 3,
      random_size_share: 1,
      ...endless,
    });
    for (let step = 0; step < 5; step++) await advance(learner);
    const vectors = await learner.vectors();
    const resumed = new Learner(learner.options, structuredClone(learner.state), vectors);
    // The window's metrics have not been read by either.
    for (const own of [learner, resumed]) for (let step = 0; step < 3; step++) await own.step();
    assertEquals(await resumed.vectors(), await learner.vectors());
    for (const own of [learner, resumed]) own.dispose();
  },
);

testOnWebGPU("of more shapes than are kept, those that come again are recorded again", async () => {
  const problem = problems.badd!;
  const configuration = resolve(presets.default, problem, { maps: 4 });
  const network = networkOf(configuration, problem.symbols);
  const kernels = webgpuKernels({ split: true }); // whose long rows take a thousand dispatches
  const start = { network, optimizer: configuration, parameters: initialParameters(network.table, 1) };
  const training = kernels.startTraining(start, alone);
  const take = async (own: Training, size: number, step: number) => {
    const example = sampleExample(problem, "random", size, new Random(1, "shapes", step));
    const batch = encodeBatch(problem.symbols, [example], { extraSteps: 0 });
    const options = { dropout: undefined, saturationWeight: 0 };
    await own.step({ batches: [batch], options, pull: 0, learningRate: 0.001, step });
  };
  const sizes = Array.from({ length: 34 }, (_, i) => 140 + i);
  for (const [step, size] of sizes.entries()) await take(training, size, step);
  const { parameters, moments } = await training.vectors();
  const fresh = kernels.startTraining({ ...start, parameters, moments }, alone);
  const counting = countCalls();
  await take(training, sizes[0]!, sizes.length);
  assert(counting.stop().bindGroups > 0, "the shape was kept");
  await take(fresh, sizes[0]!, sizes.length);
  assertEquals(await training.vectors(), await fresh.vectors());
  for (const own of [training, fresh]) own.dispose();
});
