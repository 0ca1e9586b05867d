/** Reads buffers, through others that stay. */
import { checked } from "../device.ts";
import { generous } from "./gpu.ts";
import type { Commands } from "./recording.ts";

/** Reads buffers of one device. */
export class ReadBack {
  readonly #device: GPUDevice;
  readonly #free = new Set<GPUBuffer>();

  /** Makes no buffer yet. */
  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Submits commands and yields the first bytes of a buffer after them. Throws a `RunError` where the GPU has failed. */
  async read(commands: Commands, source: GPUBuffer, bytes: number): Promise<Float32Array> {
    const target = this.#take(bytes);
    commands.copy(source, 0, target, 0, bytes);
    commands.submit();
    return await checked(
      target.mapAsync(GPUMapMode.READ, 0, bytes).then(() => {
        const values = new Float32Array(target.getMappedRange(0, bytes).slice(0));
        target.unmap();
        this.#free.add(target);
        return values;
      }),
    );
  }

  #take(bytes: number): GPUBuffer {
    for (const buffer of this.#free) {
      if (buffer.size < bytes) continue;
      this.#free.delete(buffer);
      return buffer;
    }
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return this.#device.createBuffer({ size: 4 * generous(bytes / 4), usage });
  }

  /** Destroys the buffers. */
  dispose(): void {
    for (const buffer of this.#free) buffer.destroy();
  }
}
