/** The device that tfjs's WebGPU backend computes on, and the buffers of its tensors. */
import { tf, type WebGPUBackend } from "../../deps.ts";
import { isSoftware } from "./start.ts";

/** tfjs's backend, which has the device. */
export function backend(): WebGPUBackend {
  return tf.backend() as unknown as WebGPUBackend;
}

/** Whether the device is a CPU, for which other texts are fast than for a GPU. */
export function onSoftware(): boolean {
  return isSoftware({ info: backend().device.adapterInfo });
}

/** Bytes of the largest buffer that a kernel of this device can be given. */
export function largestBuffer(): number {
  const { maxBufferSize, maxStorageBufferBindingSize } = backend().device.limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** The buffer of a tensor. */
export function bufferOf({ dataId }: tf.TensorInfo): GPUBuffer {
  backend().uploadToGPU(dataId);
  return backend().tensorMap.get(dataId).resource as GPUBuffer;
}

/** Submits what tfjs has recorded, such as the uploads of tensors. */
export function flush(): void {
  backend().ensureCommandEncoderReady();
  backend().endComputePassEncoder();
  backend().submitQueue();
}

/** A tensor without values, for kernels to write to. */
export function allocate(size: number): tf.Tensor1D {
  const info = backend().makeTensorInfo([size], "float32");
  backend().uploadToGPU(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D;
}

/**
 * At least `size` elements, of few sizes in all, or exactly so many where more do not fit in a buffer. tfjs keeps every
 * freed buffer for a tensor of exactly its size, and a training takes a larger buffer where a shape needs one: with
 * sizes rounded up there are few of them.
 */
export function generous(size: number): number {
  const rounded = roundedUp(size);
  return 4 * rounded <= largestBuffer() ? rounded : size;
}

/** The smallest of the numbers 2^k and 3·2^(k−1) that is at least `size`. */
function roundedUp(size: number): number {
  const power = 2 ** Math.ceil(Math.log2(size));
  return size <= power * 3 / 4 ? Math.max(1, power * 3 / 4) : power;
}

/** A tensor with the first elements of a buffer. */
export function copied(source: GPUBuffer, size: number): tf.Tensor1D {
  const tensor = allocate(size);
  const { device, queue } = backend();
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, bufferOf(tensor), 0, 4 * size);
  queue.submit([encoder.finish()]);
  return tensor;
}
