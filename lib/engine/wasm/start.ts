import { tf, version_wasm } from "../../deps.ts";
import { mayReadFiles } from "../../io/system.ts";
import { cannotStart, type Device } from "../backend.ts";
import { useEmbeddedBinary } from "./binary.ts";
import { silently } from "./silently.ts";

/** Starts tfjs's wasm backend. */
export async function startWasm(): Promise<Device> {
  await useEmbeddedBinary();
  if (!await silently(() => tf.setBackend("wasm").catch(() => false))) {
    const missing = mayReadFiles()
      ? "its binary could not be loaded"
      : "it needs --allow-read for its binary";
    throw cannotStart("wasm", missing);
  }
  return {
    adapter: `WebAssembly (tfjs ${version_wasm})`,
    memory: { tensor: 5e8, total: 1.5e9 },
  };
}
