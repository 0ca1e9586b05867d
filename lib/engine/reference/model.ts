import { tf } from "../../deps.ts";
import type { Batch } from "../../model/batch.ts";
import type { Network, Weights } from "../../model/network.ts";
import { recurrenceSize } from "../../model/recurrence_spec.ts";
import { read } from "../device.ts";
import { infer, statesOf } from "../inference.ts";
import type { TensorKernels } from "../kernels.ts";
import { embed, readOut } from "../network.ts";
import type { LoadedModel, PredictOptions } from "../shares.ts";

/** A model as tensors: the kernels compute the steps, operations of tfjs the rest. */
export class TensorModel implements LoadedModel {
  readonly #kernels: Pick<TensorKernels, "startInference">;
  readonly #network: Network;
  readonly #parameters: tf.Tensor1D;

  /** Takes the parameters to the device. */
  constructor(kernels: Pick<TensorKernels, "startInference">, { network, parameters }: Weights) {
    this.#kernels = kernels;
    this.#network = network;
    this.#parameters = tf.tensor1d(parameters);
  }

  async shares(batch: Batch, { signal, onProgress }: PredictOptions): Promise<Float32Array> {
    const network = this.#network;
    const state = await this.#withStart(
      batch,
      (initial, banks) =>
        infer(this.#kernels, network.spec, batch, initial, banks, {
          signal,
          onStep: (done, steps) => onProgress?.(done / steps),
        }),
    );
    const shares = tf.tidy(() => tf.softmax(readOut(network, this.#parameters, state)));
    try {
      return await read(shares);
    } finally {
      tf.dispose([state, shares]);
    }
  }

  async *states(batch: Batch, signal: AbortSignal | undefined): AsyncGenerator<Float32Array> {
    const inputs = this.#start(batch);
    try {
      yield* statesOf(this.#kernels, this.#network.spec, batch, ...inputs, signal);
    } finally {
      tf.dispose(inputs);
    }
  }

  dispose(): void {
    this.#parameters.dispose();
  }

  /** The initial state and the parameters of the recurrence. */
  #start(batch: Batch): [tf.Tensor4D, tf.Tensor1D] {
    return tf.tidy(() => [
      embed(this.#network, this.#parameters, batch).state,
      tf.slice(this.#parameters, 0, recurrenceSize(this.#network.spec)) as tf.Tensor1D,
    ]);
  }

  async #withStart<T>(batch: Batch, use: (...inputs: [tf.Tensor4D, tf.Tensor1D]) => Promise<T>): Promise<T> {
    const inputs = this.#start(batch);
    try {
      return await use(...inputs);
    } finally {
      tf.dispose(inputs);
    }
  }
}
