/**
 * The backends on which the tests of computations run: wasm always, WebGPU where there is an adapter, be it a software
 * one. Where there is none those tests are skipped and say so, unless NEURAL_GPU_REQUIRE_WEBGPU=1: then it is a failure.
 */
import { checkBackend } from "../../lib/engine/device.ts";
import { requestAdapter } from "../../lib/engine/webgpu/start.ts";
import { startBackend } from "../../lib/engine/backends.ts";
import { tf } from "../../lib/deps.ts";

/** Whether this machine has a WebGPU adapter. */
export const hasAdapter: boolean = await requestAdapter() !== null;

if (!hasAdapter && Deno.env.get("NEURAL_GPU_REQUIRE_WEBGPU") === "1") {
  throw new Error("NEURAL_GPU_REQUIRE_WEBGPU is 1, but this machine has no WebGPU adapter");
}

/** A test of something that needs WebGPU. */
export function testWithAdapter(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: hasAdapter ? name : `${name} (skipped: no WebGPU adapter)`, ignore: !hasAdapter, fn });
}

let started: Promise<unknown> | undefined;

const on = (backend: "wasm" | "webgpu", fn: () => void | Promise<void>) => async () => {
  // The device comes from startBackend, which hears the GPU's errors; tfjs then switches between the two at will.
  await (started ??= startBackend(hasAdapter ? "webgpu" : "wasm"));
  if (!await tf.setBackend(backend)) throw new Error(`tfjs cannot start its ${backend} backend`);
  await fn();
  checkBackend();
};

/** A test of something computed on WebGPU. */
export function testOnWebGPU(name: string, fn: () => void | Promise<void>): void {
  testWithAdapter(`${name} on webgpu`, on("webgpu", fn));
}

/** A test of something computed on wasm. */
export function testOnWasm(name: string, fn: () => void | Promise<void>): void {
  Deno.test(`${name} on wasm`, on("wasm", fn));
}

/** A test of something computed, once on wasm and once on WebGPU. */
export function testOnBackends(name: string, fn: () => void | Promise<void>): void {
  testOnWasm(name, fn);
  testOnWebGPU(name, fn);
}
