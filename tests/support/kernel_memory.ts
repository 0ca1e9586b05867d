import { allocate, release } from "../../lib/engine/wasm/memory.ts";

/** Whether the WebAssembly kernels hold no memory: then a large block is the first one. */
export function kernelsHoldNothing(): boolean {
  const start = allocate(2 ** 19);
  release(start);
  return start < 64;
}
