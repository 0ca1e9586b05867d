/**
 * The binary of tfjs's wasm backend. @tensorflow/tfjs-backend-wasm 4.22.0 reads it from its own package, which a bundle
 * does not have. `__dirname` is a work-around for its Emscripten code, which reads that variable in programs that look like
 * Node's; the line can go once Emscripten does not.
 */
import { setWasmPaths } from "../../deps.ts";
import { embeddedFiles } from "../../io/embedded.ts";

/** The binary that tfjs uses where there is SIMD and tfjs starts no threads, as in Deno. */
export const WASM_BINARY = "tfjs-backend-wasm-simd.wasm";

/** The other binaries, which are not used but for which tfjs needs paths, too. */
const UNUSED = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** In a bundle, makes tfjs use the binary that the bundle contains. */
export async function useEmbeddedBinary(): Promise<void> {
  const bytes = await embeddedFiles[WASM_BINARY]?.();
  if (bytes === undefined) return;
  const url = URL.createObjectURL(new Blob([bytes]));
  Object.assign(globalThis, { __dirname: "" }); // a bundle has no such variable
  setWasmPaths(Object.fromEntries([WASM_BINARY, ...UNUSED].map((name) => [name, url])), true);
}
