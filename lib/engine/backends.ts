/** The table of backends: the kernels of each, and how it is started. */
import { checkValue, oneOf } from "../checks/options.ts";
import { tf } from "../deps.ts";
import {
  type Backend,
  type BackendChoice,
  type BackendName,
  BACKENDS,
  cannotStart,
  type Device,
} from "./backend.ts";
import { reference } from "./reference/kernels.ts";
import type { Kernels } from "./kernels.ts";
import { startCpu } from "./reference/start.ts";
import { wasm } from "./wasm/kernels.ts";
import { startWasm } from "./wasm/start.ts";
import { webgpu } from "./webgpu/kernels.ts";
import { isSoftware, requestAdapter, startWebGPU } from "./webgpu/start.ts";

/** The kernels of each backend, and how it is started. */
const TABLE: Readonly<Record<BackendName, { readonly kernels: Kernels; start(): Promise<Device> }>> = {
  webgpu: { kernels: webgpu, start: startWebGPU },
  wasm: { kernels: wasm, start: startWasm },
  cpu: { kernels: reference, start: startCpu },
};

/** The kernels of a backend. */
export function kernelsOf(name: BackendName): Kernels {
  return TABLE[name].kernels;
}

/** The kernels of the tfjs backend that runs. */
export function runningKernels(): Kernels {
  return kernelsOf(tf.getBackend() as BackendName);
}

let running: Promise<Backend> | undefined;

/**
 * Starts a backend for {@linkcode recurrence}, and makes TensorFlow.js compute on it. `train`, `evaluate`, `predict` and
 * `solve` start theirs by themselves. A process, or a worker, runs one backend.
 *
 * @param choice The backend, `auto` by default.
 * @returns The backend that runs, which may have been started before.
 * @throws {UsageError} If `choice` is no backend.
 * @throws {RunError} If the backend cannot start (the message says what is missing), or another one runs already.
 *
 * @example Usage
 * ```ts
 * import { startBackend } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const { name } = await startBackend("wasm");
 * assertEquals(name, "wasm");
 * assertEquals(await startBackend("auto"), await startBackend("wasm"));
 * ```
 */
export async function startBackend(choice: BackendChoice = "auto"): Promise<Backend> {
  checkValue("start a backend", "choice", choice, oneOf(BACKENDS));
  while (running !== undefined) { // or is being started by another call
    const backend = await running.catch(() => undefined);
    if (backend === undefined) continue;
    if (choice === "auto" || choice === backend.name) return backend;
    throw cannotStart(choice, `${backend.name} runs already in this process`);
  }
  tf.enableProdMode(); // otherwise tfjs prints a greeting on the console
  running = start(choice).catch((thrown) => {
    running = undefined;
    throw thrown;
  });
  return await running;
}

async function start(choice: BackendChoice): Promise<Backend> {
  if (choice !== "auto") return { name: choice, ...await TABLE[choice].start() };
  const adapter = await requestAdapter();
  return adapter === null || isSoftware(adapter)
    ? { name: "wasm", ...await startWasm() }
    : { name: "webgpu", ...await startWebGPU(adapter) };
}
