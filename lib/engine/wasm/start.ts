import { tf } from "../../deps.ts";
import { mayRead } from "../../io/system.ts";
import { cannotStart, type Device } from "../backend.ts";
import { useEmbeddedBinary } from "./binary.ts";
import { silently } from "./silently.ts";

/** Starts the kernels, which need nothing but WebAssembly. */
export function startWasm(): Promise<Device> {
  return Promise.resolve({ adapter: "WebAssembly", memory: { tensor: 5e8, total: 1.5e9 } });
}

let started: Promise<void> | undefined;

/** Starts tfjs's wasm backend, for tensors of one's own. */
export async function startWasmTensors(): Promise<void> {
  started ??= start().catch((thrown) => {
    started = undefined;
    throw thrown;
  });
  return await started;
}

async function start(): Promise<void> {
  await useEmbeddedBinary();
  if (!await silently(() => tf.setBackend("wasm").catch(() => false))) {
    const missing = mayRead() ? "its binary could not be loaded" : "it needs --allow-read for its binary";
    throw cannotStart("wasm", missing);
  }
}
