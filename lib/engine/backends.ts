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
import { startWasm, startWasmTensors } from "./wasm/start.ts";
import { webgpu } from "./webgpu/kernels.ts";
import { isSoftware, requestAdapter, startWebGPU } from "./webgpu/start.ts";

/** A backend, and what it takes to start it. */
interface Entry {
  readonly kernels: Kernels;
  /** Starts what the kernels compute on. */
  start(): Promise<Device>;
  /** Makes TensorFlow.js compute on it too, where the kernels do not need that. */
  startTensors?(): Promise<void>;
}

const TABLE: Readonly<Record<BackendName, Entry>> = {
  webgpu: { kernels: webgpu, start: startWebGPU },
  wasm: { kernels: wasm, start: startWasm, startTensors: startWasmTensors },
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
 * `solve` start theirs by themselves, and need no permission for it. A process, or a worker, runs one backend.
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
  return await startOnce(choice, true);
}

/** Starts a backend for an engine, and what TensorFlow.js needs only where the engine does. See {@linkcode startBackend}. */
export async function startKernels(choice: BackendChoice): Promise<Backend> {
  return await startOnce(choice, false);
}

async function startOnce(choice: BackendChoice, tensors: boolean): Promise<Backend> {
  checkValue("start a backend", "choice", choice, oneOf(BACKENDS));
  while (running !== undefined) { // or is being started by another call
    const backend = await running.catch(() => undefined);
    if (backend === undefined) continue;
    if (choice !== "auto" && choice !== backend.name) {
      throw cannotStart(choice, `${backend.name} runs already in this process`);
    }
    if (tensors) await TABLE[backend.name].startTensors?.();
    return backend;
  }
  tf.enableProdMode(); // otherwise tfjs prints a greeting on the console
  running = start(choice, tensors).catch((thrown) => {
    running = undefined;
    throw thrown;
  });
  return await running;
}

async function start(choice: BackendChoice, tensors: boolean): Promise<Backend> {
  const adapter = choice === "auto" ? await requestAdapter() : null;
  if (adapter !== null && !isSoftware(adapter)) return { name: "webgpu", ...await startWebGPU(adapter) };
  const name = choice === "auto" ? "wasm" : choice;
  const device = await TABLE[name].start();
  if (tensors) await TABLE[name].startTensors?.();
  return { name, ...device };
}
