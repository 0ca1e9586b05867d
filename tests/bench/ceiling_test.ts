import { assert, assertEquals } from "@std/assert";
import { measureCeiling } from "../../lib/bench/ceiling.ts";
import { tf } from "../../lib/deps.ts";
import { testOnBackends } from "../support/adapter.ts";
import { backendOf } from "../support/benchmark.ts";
import { tensors } from "../support/case.ts";

testOnBackends("measureCeiling() finds peaks", async () => {
  const name = tf.getBackend();
  const before = tensors();
  const { gflops, bandwidth } = await measureCeiling(backendOf(name));
  assertEquals(tensors(), before);
  assert(gflops > 0.1 && gflops < 1e6);
  assert(name === "wasm" ? bandwidth === undefined : bandwidth! > 0.01 && bandwidth! < 1e5);
});
