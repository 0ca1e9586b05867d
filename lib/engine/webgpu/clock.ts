/** Tells how long a GPU itself computes, where it has the feature `timestamp-query`. */
import type { WebGPUBackend } from "../../deps.ts";
import { backend, flush } from "./gpu.ts";

/** The most passes that are timed together: a set has at most 4096 queries, of which each pass takes two. */
const MOST_PASSES = 2048;

/** Bytes of a query's result, nanoseconds as a u64. */
const BYTES = 8;

/**
 * Does some work and yields how many milliseconds the compute passes took that it submitted. Undefined where nothing was
 * timed, because the backend has no such clock or the work has too many passes.
 */
export async function gpuMilliseconds(work: () => Promise<void>): Promise<number | undefined> {
  const { device }: Partial<WebGPUBackend> = backend(); // other backends have no device
  if (!device?.features.has("timestamp-query")) return undefined;
  flush();
  const set = device.createQuerySet({ type: "timestamp", count: 2 * MOST_PASSES });
  const { createCommandEncoder } = device;
  let passes = 0;
  device.createCommandEncoder = (...args) => {
    const encoder = createCommandEncoder.apply(device, args);
    const { beginComputePass } = encoder;
    encoder.beginComputePass = (descriptor) => {
      const first = 2 * passes++;
      return beginComputePass.call(
        encoder,
        passes > MOST_PASSES ? descriptor : {
          ...descriptor,
          timestampWrites: {
            querySet: set,
            beginningOfPassWriteIndex: first,
            endOfPassWriteIndex: first + 1,
          },
        },
      );
    };
    return encoder;
  };
  try {
    await work();
    flush();
  } finally {
    device.createCommandEncoder = createCommandEncoder;
  }
  const taken = passes > 0 && passes <= MOST_PASSES ? await sumOf(device, set, passes) : undefined;
  set.destroy();
  return taken;
}

/** Milliseconds of all passes. */
async function sumOf(device: GPUDevice, set: GPUQuerySet, passes: number): Promise<number> {
  const size = 2 * passes * BYTES;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const target = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(set, 0, 2 * passes, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, target, 0, size);
  device.queue.submit([encoder.finish()]);
  await target.mapAsync(GPUMapMode.READ);
  const times = new BigUint64Array(target.getMappedRange());
  let nanoseconds = 0n;
  for (let i = 0; i < times.length; i += 2) nanoseconds += times[i + 1]! - times[i]!;
  target.unmap();
  for (const buffer of [resolved, target]) buffer.destroy();
  return Number(nanoseconds) / 1e6;
}
