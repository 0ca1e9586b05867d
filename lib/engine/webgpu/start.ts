/** Starts tfjs's webgpu backend on a device that the toolkit has requested, to hear of its errors. */
import { tf, WebGPUBackend } from "../../deps.ts";
import { messageOf } from "../../errors.ts";
import { cannotStart, type Device } from "../backend.ts";
import { noteFailure } from "../device.ts";
import { avoidAtomicProducts } from "./avoid_atomic_products.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { mapEarly } from "./map_early.ts";

/** The machine's WebGPU adapter, or null. */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  return await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? null;
}

/** Whether an adapter runs on the CPU. It is slower than wasm then, and useful for tests only. */
export function isSoftware({ info }: Pick<GPUAdapter, "info">): boolean {
  return info.isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(info.description);
}

/** Limits that are raised beyond WebGPU's defaults: large buffers for long sequences, large workgroups for the kernels. */
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

/** Features that are used where an adapter has them: `bench` asks for the GPU's own time. */
const FEATURES: readonly GPUFeatureName[] = ["timestamp-query"];

/** Starts tfjs's webgpu backend on an adapter, by default the machine's. */
export async function startWebGPU(given?: GPUAdapter): Promise<Device> {
  const adapter = given ?? await requestAdapter();
  if (adapter === null) throw cannotStart("webgpu", "there is no WebGPU adapter");
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = FEATURES.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures }).catch((thrown) => {
    throw cannotStart("webgpu", messageOf(thrown), ` on ${nameOf(adapter)}`);
  });
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    noteFailure(`the GPU reported: ${firstLines((event as GPUUncapturedErrorEvent).error.message)}`);
  });
  device.lost.then(({ message }) => {
    noteFailure(`the GPU was lost: ${firstLines(message)}`);
  });
  collectGarbage(device);
  mapEarly(device);
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
  if (!await tf.setBackend("webgpu")) {
    throw cannotStart("webgpu", "tfjs refuses its device", ` on ${nameOf(adapter)}`);
  }
  avoidAtomicProducts();
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  return {
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
