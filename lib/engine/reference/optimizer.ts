import { read } from "../backend.ts";
import { tf } from "../../deps.ts";
import type { Configuration } from "../../model/configuration.ts";
import { updateOnWebGPU } from "../webgpu/optimizer.ts";

/** The settings that an optimizer reads. */
export type OptimizerSettings = Pick<Configuration, "optimizer" | "adam_epsilon" | "clip_norm">;

/** What one update did. */
export interface Update {
  /** The parameters after it. */
  readonly parameters: tf.Tensor1D;
  /** Norm of the gradient before clipping, a scalar. */
  readonly gradientNorm: tf.Scalar;
}

/** Adam or AdaMax over one flat vector, with its moments. */
export class Optimizer {
  readonly #settings: OptimizerSettings;
  #first: tf.Tensor1D;
  #second: tf.Tensor1D;

  /** Starts from the given moments, or from zero. */
  constructor(settings: OptimizerSettings, size: number, moments?: readonly [Float32Array, Float32Array]) {
    this.#settings = settings;
    const [first, second] = moments ?? [new Float32Array(size), new Float32Array(size)];
    this.#first = tf.tensor1d(first);
    this.#second = tf.tensor1d(second);
  }

  /**
   * The parameters after update number `step` (from 0). Noise is added to the gradient once its norm is clipped, as in
   * the code of Kaiser & Sutskever. Frees nothing but its own old moments.
   */
  update(
    parameters: tf.Tensor1D,
    gradient: tf.Tensor1D,
    learningRate: number,
    step: number,
    noise?: tf.Tensor1D,
  ): Update {
    const vectors = { parameters, first: this.#first, second: this.#second };
    const numbers = updateNumbers(this.#settings.optimizer, learningRate, step);
    const update = tf.getBackend() === "webgpu" ? updateOnWebGPU : composedUpdate;
    const [updated, gradientNorm, first, second] = update(this.#settings, numbers, vectors, gradient, noise);
    tf.dispose([this.#first, this.#second]);
    this.#first = first;
    this.#second = second;
    return { parameters: updated, gradientNorm };
  }

  /** The moments' values, for a checkpoint. */
  async moments(): Promise<[Float32Array, Float32Array]> {
    return await Promise.all([read(this.#first), read(this.#second)]);
  }

  /** Frees the moments. */
  dispose(): void {
    tf.dispose([this.#first, this.#second]);
  }
}

/**
 * AdaMax as in the code of Freivalds & Liepins 2017: no bias correction, and a decay that rises to 0.9995.
 * Adam (Kingma & Ba 2015) with the bias correction folded into the learning rate.
 */
function updateNumbers(optimizer: OptimizerSettings["optimizer"], learningRate: number, step: number) {
  return optimizer === "adamax"
    ? { rate: learningRate, beta2: 1 - Math.max(0.0005, 0.01 * 0.5 ** (step / 2000)) }
    : { rate: learningRate * Math.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1)), beta2: 0.999 };
}

/** The update in plain tfjs operations, on any backend. As `updateOnWebGPU`. */
export const composedUpdate: typeof updateOnWebGPU = (settings, { rate, beta2 }, vectors, gradient, noise) =>
  tf.tidy(() => {
    const { parameters } = vectors;
    const { clip_norm, optimizer, adam_epsilon } = settings;
    const norm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
    let g: tf.Tensor1D = clip_norm === 0
      ? gradient
      : tf.mul(gradient, tf.div(clip_norm, tf.maximum(norm, clip_norm)));
    if (noise !== undefined) g = tf.add(g, noise);
    if (optimizer === "adamax") {
      // Each element is clipped to ± (1.2 v + 1e-4), where v is its running maximum (Freivalds & Liepins).
      const bound = tf.add(tf.mul(vectors.second, 1.2), 1e-4);
      g = tf.minimum(tf.maximum(g, tf.neg(bound)), bound);
    }
    const first: tf.Tensor1D = tf.add(tf.mul(vectors.first, 0.9), tf.mul(g, 0.1));
    const second: tf.Tensor1D = optimizer === "adamax"
      ? tf.maximum(tf.mul(vectors.second, beta2), tf.abs(g))
      : tf.add(tf.mul(vectors.second, beta2), tf.mul(tf.square(g), 1 - beta2));
    const divisor = optimizer === "adamax" ? tf.add(second, 1e-8) : tf.add(tf.sqrt(second), adam_epsilon);
    const updated: tf.Tensor1D = tf.sub(parameters, tf.div(tf.mul(first, rate), divisor));
    return [updated, norm, first, second];
  });
