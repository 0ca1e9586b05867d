/** Engines and kernels on the tfjs backend that runs. */
import { tf } from "../../lib/deps.ts";
import type { Backend, BackendName } from "../../lib/engine/backend.ts";
import { runningKernels } from "../../lib/engine/backends.ts";
import { Engine } from "../../lib/engine/engine.ts";
import type { Kernels, TensorKernels } from "../../lib/engine/kernels.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { startStepper } from "../../lib/engine/webgpu/stepper.ts";
import { Pool } from "../../lib/engine/workers/pool.ts";
import { wasmTensors } from "./wasm_kernels.ts";

/** What is told of a backend, of which a test asks for no more. */
export function backendOf(name = tf.getBackend() as BackendName): Backend {
  return { name, adapter: "", memory: { tensor: 1e9, total: 1e9 } };
}

/** An engine of one thread, with kernels that may be others than the backend's own. */
export function engineOn(kernels?: Kernels): Engine {
  const backend = backendOf();
  return new Engine(backend, new Pool({ threads: 1, backend: backend.name }), kernels);
}

/** Whether rows can be split over several workgroups: on webgpu either way, elsewhere not at all. */
export function splits(): readonly (boolean | undefined)[] {
  return tf.getBackend() === "webgpu" ? [false, true] : [undefined];
}

/** Kernels on tensors, and the recurrence. */
type OnTensors = Pick<TensorKernels, "startInference" | "update"> & Pick<Kernels, "recurrence">;

/** Those of the backend that runs; on webgpu with rows split over several workgroups, or not. */
export function tensorKernels(split?: boolean): OnTensors {
  const { update } = reference;
  const running: Readonly<Record<string, Omit<OnTensors, "recurrence">>> = {
    wasm: wasmTensors,
    cpu: reference,
    webgpu: { startInference: startStepper({}), update },
  };
  const { recurrence } = split === undefined ? runningKernels() : webgpuKernels({ split });
  return { ...running[tf.getBackend()]!, recurrence };
}
