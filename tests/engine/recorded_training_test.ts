// What a training step on WebGPU asks of the device once its kernels are recorded: counted, so that it is the same on
// every machine.
import { assert, assertEquals } from "@std/assert";
import type { Configuration } from "../../lib/model/configuration.ts";
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
