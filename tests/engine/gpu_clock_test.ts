// The GPU's own clock, where there is one and where there is none.
import { assert, assertEquals } from "@std/assert";
import { tf, type WebGPUBackend } from "../../lib/deps.ts";
import { read } from "../../lib/engine/device.ts";
import { gpuMilliseconds } from "../../lib/engine/webgpu/clock.ts";
import { testOnWasm, testOnWebGPU } from "../support/adapter.ts";

/** Some products of matrices, which are waited for. */
async function multiply(times: number): Promise<void> {
  const matrix = tf.ones<tf.Rank.R2>([256, 256]);
  for (let i = 0; i < times; i++) {
    const product = tf.matMul(matrix, matrix);
    await read(product);
    product.dispose();
  }
  matrix.dispose();
}

testOnWebGPU("gpuMilliseconds() times what the work submits, and nothing else", async () => {
  const { device } = tf.backend() as unknown as WebGPUBackend;
  const { createCommandEncoder } = device;
  await multiply(1); // compiles
  const [short, none] = [await gpuMilliseconds(() => multiply(2)), await gpuMilliseconds(async () => {})];
  const start = performance.now();
  const long = await gpuMilliseconds(() => multiply(40));
  const all = performance.now() - start;
  assertEquals(none, undefined);
  assert(short! > 0 && long! > 2 * short!, `${short} ms, then ${long}`);
  assert(long! <= all, `${long} ms on the GPU, ${all} in all`);
  assertEquals(device.createCommandEncoder, createCommandEncoder);
});

testOnWebGPU("gpuMilliseconds() tells nothing where the device has no clock", async () => {
  const { device } = tf.backend() as unknown as WebGPUBackend;
  const { has } = device.features;
  Object.defineProperty(device.features, "has", { value: () => false, configurable: true });
  let done = 0;
  assertEquals(await gpuMilliseconds(() => Promise.resolve(void done++)), undefined);
  assertEquals(done, 0);
  Object.defineProperty(device.features, "has", { value: has, configurable: true });
});

testOnWebGPU("gpuMilliseconds() tells nothing of work with more passes than it can time", async () => {
  const { device } = tf.backend() as unknown as WebGPUBackend;
  const found = await gpuMilliseconds(async () => {
    for (let i = 0; i < 3000; i++) {
      const encoder = device.createCommandEncoder();
      encoder.beginComputePass().end();
      device.queue.submit([encoder.finish()]);
    }
    await device.queue.onSubmittedWorkDone();
  });
  assertEquals(found, undefined);
});

testOnWasm("gpuMilliseconds() tells nothing of a CPU", async () => {
  assertEquals(await gpuMilliseconds(() => multiply(1)), undefined);
});
