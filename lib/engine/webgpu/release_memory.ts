/**
 * A work-around: @tensorflow/tfjs-backend-webgpu 4.22.0 has no function that frees unused buffers. It can go once there is
 * one.
 */
import { tf, type WebGPUBackend } from "../../deps.ts";

/**
 * Frees the buffers that tfjs's WebGPU backend keeps for later tensors of the same sizes. The next workload has other
 * sizes, and the buffers of all workloads together would not fit in a small GPU.
 */
export function releaseMemory(): void {
  const { bufferManager } = tf.backend() as unknown as Partial<WebGPUBackend>;
  if (bufferManager === undefined) return; // of another backend
  const pool = bufferManager as unknown as {
    readonly freeBuffers: Map<string, GPUBuffer[]>;
    numFreeBuffers: number;
    numBytesAllocated: number;
  };
  for (const buffers of pool.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      pool.numFreeBuffers--;
      pool.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
}
