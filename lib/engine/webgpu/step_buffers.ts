/** The buffers of a training step. They stay, so that what runs on them is recorded once for each shape. */
import type { Network } from "../../model/network.ts";
import { parameterCount } from "../../model/parameters.ts";
import { recurrenceSize } from "../../model/recurrence_spec.ts";
import { GRADIENT_METRICS, STEP_METRICS } from "../metrics.ts";
import { generous } from "./gpu.ts";
import { packedSize } from "./pack.ts";

/** Steps whose metrics the log holds. Then they are read, so that the device is never far behind, and Ctrl-C not late. */
export const LOG_STEPS = 32;

/** Buffers of which each lasts as long as no shape needs a larger one. */
export class StepBuffers {
  /** The flat parameter vector, the gradient by it, and the moments. */
  readonly parameters: GPUBuffer;
  readonly gradient: GPUBuffer;
  readonly first: GPUBuffer;
  readonly second: GPUBuffer;
  /** The parameters packed for the forward and for the backward pass. */
  readonly weights: GPUBuffer;
  readonly flipped: GPUBuffer;
  /** The sums of {@linkcode GRADIENT_METRICS}, the norm of the gradient, and how far the parameter sets are apart. */
  readonly metrics: GPUBuffer;
  readonly norm: GPUBuffer;
  readonly apart: GPUBuffer;
  /** The metrics of {@linkcode LOG_STEPS} steps. */
  readonly log: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #onReplaced: () => void;
  readonly #named = new Map<string, GPUBuffer>();

  /** Calls `onReplaced` where a buffer is replaced by a larger one. */
  constructor(device: GPUDevice, { spec, table }: Network, onReplaced: () => void) {
    this.#device = device;
    this.#onReplaced = onReplaced;
    const size = parameterCount(table);
    this.parameters = this.get("parameters", size);
    this.gradient = this.get("gradient", size);
    this.first = this.get("first", size);
    this.second = this.get("second", size);
    this.weights = this.get("weights", packedSize(spec));
    this.flipped = this.get("flipped", packedSize(spec));
    this.metrics = this.get("metrics", Object.keys(GRADIENT_METRICS).length);
    this.norm = this.get("norm", 1);
    this.apart = this.get("apart", recurrenceSize(spec) / spec.sets);
    this.log = this.get("log", LOG_STEPS * STEP_METRICS.length);
  }

  /** The buffer of that name, with at least so many elements. One that is too small is destroyed once it is not in use. */
  get(name: string, elements: number): GPUBuffer {
    const known = this.#named.get(name);
    if (known !== undefined && known.size >= 4 * elements) return known;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const usage = STORAGE | COPY_SRC | COPY_DST;
    const buffer = this.#device.createBuffer({ label: name, size: 4 * generous(elements), usage });
    this.#named.set(name, buffer);
    if (known !== undefined) {
      known.destroy();
      this.#onReplaced();
    }
    return buffer;
  }

  /** Destroys all of them. */
  destroy(): void {
    for (const buffer of this.#named.values()) buffer.destroy();
  }
}
