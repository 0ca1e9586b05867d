/**
 * What differs from one run of the kernels to the next. It is written to one buffer in blocks, of which each run is told
 * its own by dynamic offsets, so that the same bind groups serve for all runs.
 */

/** The inputs that a text declares. */
export interface Inputs {
  /** The fields of `numbers`, with their types. */
  readonly numbers: Readonly<Record<string, "i32" | "u32" | "f32">>;
  /** The types of the elements of arrays, by their names. */
  readonly arrays: Readonly<Record<string, string>>;
}

/** The values of inputs: numbers by name, arrays in their order. */
export interface Block {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: readonly (Float32Array | Int32Array)[];
}

/** Where the parts of a block are in the buffer: its numbers, then its arrays. */
export type Places = readonly number[];

/** Text that declares inputs in group 1. */
export function declareInputs({ numbers, arrays }: Inputs): string {
  const fields = Object.entries(numbers).map(([name, type]) => `${name}: ${type}`);
  return `
struct Numbers { ${fields.join(", ")} }
@group(1) @binding(0) var<uniform> numbers: Numbers;
${
    Object.entries(arrays).map(([name, type], i) =>
      `@group(1) @binding(${i + 1}) var<storage, read> ${name}: array<${type}>;`
    ).join("\n")
  }`;
}

/** Bytes of the parts of a block. */
export function sizesOf({ numbers }: Inputs, { arrays }: Pick<Block, "arrays">): number[] {
  return [4 * Object.keys(numbers).length, ...arrays.map(({ byteLength }) => byteLength)];
}

/** Blocks on their way to the device. */
export class Uploads {
  /** The buffer that kernels read. */
  readonly buffer: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #used = 0;
  #written = 0;

  /** Has room for blocks of `capacity` bytes together. */
  constructor(device: GPUDevice, capacity: number) {
    this.#device = device;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    this.buffer = device.createBuffer({ size: capacity, usage: STORAGE | UNIFORM | COPY_DST });
  }

  /** Bytes that a block takes. */
  static sizeOf(device: GPUDevice, inputs: Inputs, block: Pick<Block, "arrays">): number {
    return sizesOf(inputs, block).reduce((sum, size) => sum + aligned(device, size), 0);
  }

  /** Bytes of all blocks together. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.capacity - this.#used;
  }

  /** Puts a block after those before it. */
  put(inputs: Inputs, { numbers, arrays }: Block): Places {
    const places = [this.#used];
    Object.entries(inputs.numbers).forEach(([name, type], i) => {
      const [at, value] = [this.#used + 4 * i, numbers[name]!];
      if (type === "f32") this.#view.setFloat32(at, value, true);
      else this.#view.setUint32(at, value, true); // the bits of a negative number are those of its i32
    });
    this.#used += aligned(this.#device, 4 * Object.keys(inputs.numbers).length);
    for (const array of arrays) {
      places.push(this.#used);
      this.#bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), this.#used);
      this.#used += aligned(this.#device, array.byteLength);
    }
    return places;
  }

  /** Writes the blocks that were put since the last write, before what is submitted after it. */
  write(): void {
    if (this.#written === this.#used) return;
    const { queue } = this.#device;
    queue.writeBuffer(this.buffer, this.#written, this.#bytes, this.#written, this.#used - this.#written);
    this.#written = this.#used;
  }

  /** Begins anew, once all that reads the blocks is submitted. */
  reset(): void {
    this.#used = this.#written = 0;
  }
}

function aligned({ limits }: GPUDevice, size: number): number {
  const unit = Math.max(limits.minUniformBufferOffsetAlignment, limits.minStorageBufferOffsetAlignment);
  return Math.ceil(size / unit) * unit;
}
