/**
 * A work-around: where the wasm backend cannot start, @tensorflow/tfjs-backend-wasm 4.22.0 and its Emscripten code print
 * many lines on the console besides failing. It can go once they only fail.
 */

/** Runs `start` while nothing is printed by `console.error` and `console.warn`. */
export async function silently<T>(start: () => Promise<T>): Promise<T> {
  const { error, warn } = console;
  console.error = console.warn = () => {};
  try {
    return await start();
  } finally {
    Object.assign(console, { error, warn });
  }
}
