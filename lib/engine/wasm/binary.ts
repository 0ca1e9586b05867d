/** The binary of tfjs's wasm backend. tfjs reads it from its own package, which is not beside a bundle. */
import { setWasmPaths } from "../../deps.ts";
import { embeddedFiles } from "../../io/embedded.ts";

/** The binary that tfjs takes wherever there is SIMD and it starts no threads of its own, as in Deno. */
export const WASM_BINARY = "tfjs-backend-wasm-simd.wasm";

/** The others, for which tfjs wants paths too. */
const UNUSED = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** Has tfjs take the binary that a bundle carries, where it carries one. */
export async function useEmbeddedBinary(): Promise<void> {
  const bytes = await embeddedFiles[WASM_BINARY]?.();
  if (bytes === undefined) return;
  const url = URL.createObjectURL(new Blob([bytes]));
  Object.assign(globalThis, { __dirname: "" }); // Emscripten reads it where it finds Node, and a bundle has none
  setWasmPaths(Object.fromEntries([WASM_BINARY, ...UNUSED].map((name) => [name, url])), true);
}
