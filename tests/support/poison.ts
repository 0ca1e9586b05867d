/** GPU buffers that hold something before a kernel writes to them, as recycled ones do: what it leaves out is seen. */
import { assert, assertEquals } from "@std/assert";
import { tf, type WebGPUBackend } from "../../lib/deps.ts";

/** What stands in the buffers. A product with 0 hides the first, and a comparison the second. */
export const POISONS = [1234.5, NaN];

/** Fills every buffer that is to be written on the GPU with a value first, for the time of `use`; yields their number. */
export async function withPoison<T>(
  value: number,
  use: () => Promise<T>,
): Promise<{ result: T; buffers: number }> {
  const { bufferManager, device, queue } = tf.backend() as unknown as WebGPUBackend;
  const [acquire, create] = [bufferManager.acquireBuffer, device.createBuffer];
  let buffers = 0;
  // Values from the CPU come in mapped buffers. No commands that wait to be submitted use a free or a new buffer.
  const poisoned = (buffer: GPUBuffer, mapped: boolean) => {
    if (!mapped && (buffer.usage & GPUBufferUsage.STORAGE) !== 0) {
      queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(value));
      buffers++;
    }
    return buffer;
  };
  bufferManager.acquireBuffer = (size, usage, mapped, reuse) => {
    device.createBuffer = create;
    const buffer = acquire.call(bufferManager, size, usage, mapped, reuse);
    device.createBuffer = make;
    return poisoned(buffer, mapped ?? false);
  };
  const make: typeof create = (descriptor) =>
    poisoned(create.call(device, descriptor), descriptor.mappedAtCreation ?? false);
  device.createBuffer = make;
  try {
    return { result: await use(), buffers };
  } finally {
    [bufferManager.acquireBuffer, device.createBuffer] = [acquire, create];
  }
}

/** Asserts that a computation yields the same bits whatever its buffers hold first, where it takes `least` at least. */
export async function assertReadsWhatItWrites(
  least: number,
  compute: () => Promise<Float32Array[]>,
): Promise<void> {
  const { result: expected } = await withPoison(0, compute);
  for (const poison of POISONS) {
    const { result, buffers } = await withPoison(poison, compute);
    assert(buffers >= least, `the computation took ${buffers} buffers only`);
    for (const [i, values] of result.entries()) {
      const other = values.filter((value, k) => !Object.is(value, expected[i]![k]));
      assertEquals(other.length, 0, `of ${values.length} elements of result ${i}, after ${poison}`);
    }
  }
}
