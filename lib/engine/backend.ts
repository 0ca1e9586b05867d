/**
 * Chooses and starts the tfjs backend. WebGPU runs on a device of our own: a shader that fails to compile computes
 * zeros and says nothing, unless somebody listens for the device's errors.
 */
import { tf, version_wasm, WebGPUBackend } from "../deps.ts";
import { messageOf, RunError } from "../errors.ts";

/** A backend by name. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** A backend by name, or the best that the machine has. */
export type BackendChoice = "auto" | BackendName;

/** What `--backend` takes. */
export const BACKENDS: readonly BackendChoice[] = ["auto", "webgpu", "wasm", "cpu"];

/** The backend that runs. */
export interface Backend {
  /** Its name in tfjs. */
  readonly name: BackendName;
  /** What it computes on, for people: the adapter's name. */
  readonly adapter: string;
  /** Bytes of the largest tensor, and of all tensors at once, that a computation may plan with. */
  readonly memory: { readonly tensor: number; readonly total: number };
}

let running: Promise<Backend> | undefined;
let failure: string | undefined;

/** Starts a backend, once per process. Throws a {@linkcode RunError} that says what is missing. */
export async function startBackend(choice: BackendChoice): Promise<Backend> {
  while (running !== undefined) { // or is being started by another call
    const backend = await running.catch(() => undefined);
    if (backend === undefined) continue;
    if (choice === "auto" || choice === backend.name) return backend;
    throw new RunError(`Cannot start the ${choice} backend: ${backend.name} runs already in this process`);
  }
  tf.enableProdMode(); // without it tfjs greets on the console
  running = start(choice).catch((thrown) => {
    running = undefined;
    throw thrown;
  });
  return await running;
}

async function start(choice: BackendChoice): Promise<Backend> {
  switch (choice) {
    case "auto": {
      const adapter = await requestAdapter();
      return adapter === null || isSoftware(adapter) ? await startWasm() : await startWebGPU(adapter);
    }
    case "webgpu": {
      const adapter = await requestAdapter();
      if (adapter === null) throw new RunError("Cannot start the webgpu backend: there is no WebGPU adapter");
      return await startWebGPU(adapter);
    }
    case "wasm":
      return await startWasm();
    case "cpu":
      if (!await tf.setBackend("cpu")) throw new RunError("Cannot start the cpu backend");
      return { name: "cpu", adapter: "JavaScript", memory: { tensor: 1e9, total: 4e9 } };
  }
}

/** The machine's WebGPU adapter, or null. */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  return await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? null;
}

/** Whether an adapter runs on the CPU: slower than wasm there, and good for tests only. */
export function isSoftware({ info }: Pick<GPUAdapter, "info">): boolean {
  return info.isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(info.description);
}

async function startWasm(): Promise<Backend> {
  const read = Deno.permissions.querySync({ name: "read" });
  if (!await silently(() => tf.setBackend("wasm").catch(() => false))) {
    const missing = read.state === "granted"
      ? "its binary could not be loaded"
      : "it needs --allow-read for its binary";
    throw new RunError(`Cannot start the wasm backend: ${missing}`);
  }
  return {
    name: "wasm",
    adapter: `WebAssembly (tfjs ${version_wasm})`,
    memory: { tensor: 5e8, total: 1.5e9 },
  };
}

/** Without what tfjs and Emscripten say on the console, in many lines, when they fail. */
async function silently<T>(start: () => Promise<T>): Promise<T> {
  const { error, warn } = console;
  console.error = console.warn = () => {};
  try {
    return await start();
  } finally {
    Object.assign(console, { error, warn });
  }
}

/** Limits beyond WebGPU's defaults that pay: large buffers for long sequences, large workgroups for the kernels. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
] as const;

/**
 * The one of tfjs's matrix products to use. Left to itself tfjs takes, for long sums such as weight gradients, one that
 * adds floats atomically, in any order: the same seed would not give the same bits.
 */
const PACKED_PRODUCT = 3;

/** Bind groups made between two hints to the garbage collector. */
const BIND_GROUPS = 4096;

/**
 * Every dispatch makes a bind group, which Deno frees with its JavaScript object: the garbage collector sees these few
 * bytes, not what the device holds for them, and hardly ever comes. A software adapter maps a page for each, and at the
 * 65,530th mapping Linux refuses and the process crashes. Memory that the collector does see makes it come.
 */
function collectBindGroups(device: GPUDevice): void {
  const create = device.createBindGroup;
  let made = 0;
  device.createBindGroup = (descriptor) => {
    if (++made % BIND_GROUPS === 0) new WebAssembly.Memory({ initial: 1600 }); // 105 MB, of which no page is touched
    return create.call(device, descriptor);
  };
}

async function startWebGPU(adapter: GPUAdapter): Promise<Backend> {
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((thrown) => {
    throw new RunError(`Cannot start the webgpu backend on ${nameOf(adapter)}: ${messageOf(thrown)}`);
  });
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    failure ??= `the GPU reported: ${firstLines((event as GPUUncapturedErrorEvent).error.message)}`;
  });
  device.lost.then(({ message }) => {
    failure ??= `the GPU was lost: ${firstLines(message)}`;
  });
  collectBindGroups(device);
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
  if (!await tf.setBackend("webgpu")) {
    throw new RunError(`Cannot start the webgpu backend on ${nameOf(adapter)}: tfjs refuses its device`);
  }
  tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", PACKED_PRODUCT);
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  return {
    name: "webgpu",
    adapter: nameOf(adapter),
    memory: {
      tensor: Math.min(maxBufferSize, maxStorageBufferBindingSize),
      // WebGPU does not tell how much memory a GPU has: beyond it the device fails, which ends the run.
      total: isSoftware(adapter) ? 4e9 : 16e9,
    },
  };
}

function nameOf({ info }: GPUAdapter): string {
  return info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" ") ||
    "unnamed";
}

function firstLines(message: string): string {
  return message.trim().split("\n").slice(0, 4).map((line) => line.trim()).join(" ");
}

/** Throws a {@linkcode RunError} if the GPU has failed since the start: what it computed since is not to be trusted. */
export function checkBackend(): void {
  if (failure !== undefined) throw new RunError(`The computation failed: ${failure}`);
}

/** The values of a tensor, on any backend. Throws a {@linkcode RunError} where the GPU has failed. */
export async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<"float32">().catch(async (thrown) => {
    // A lost GPU makes the read fail first, with an error that does not say so, and is reported after that.
    await new Promise((resolve) => setTimeout(resolve, 0));
    checkBackend();
    throw thrown;
  });
  checkBackend();
  return values;
}

/** A number of bytes for people. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
