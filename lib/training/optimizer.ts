import { tf } from "../deps.ts";
import type { Configuration } from "../model/configuration.ts";

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

  /** The parameters after update number `step` (from 0). Frees nothing but its own old moments. */
  update(parameters: tf.Tensor1D, gradient: tf.Tensor1D, learningRate: number, step: number): Update {
    const { clip_norm, optimizer } = this.#settings;
    const [updated, norm, first, second] = tf.tidy(() => {
      const norm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
      const clipped: tf.Tensor1D = clip_norm === 0
        ? gradient
        : tf.mul(gradient, tf.div(clip_norm, tf.maximum(norm, clip_norm)));
      const next = optimizer === "adamax"
        ? this.#adamax(parameters, clipped, learningRate, step)
        : this.#adam(parameters, clipped, learningRate, step);
      return [next[0], norm, next[1], next[2]] as const;
    });
    tf.dispose([this.#first, this.#second]);
    this.#first = first;
    this.#second = second;
    return { parameters: updated, gradientNorm: norm };
  }

  /**
   * AdaMax as in the code of Freivalds & Liepins 2017: no bias correction, a decay that rises to 0.9995, and each
   * element of the gradient clipped to ± (1.2 v + 1e-4), where v is its running maximum.
   */
  #adamax(parameters: tf.Tensor1D, gradient: tf.Tensor1D, learningRate: number, step: number): Next {
    const beta2 = 1 - Math.max(0.0005, 0.01 * 0.5 ** (step / 2000));
    const bound = tf.add(tf.mul(this.#second, 1.2), 1e-4);
    const clipped: tf.Tensor1D = tf.minimum(tf.maximum(gradient, tf.neg(bound)), bound);
    const first: tf.Tensor1D = tf.add(tf.mul(this.#first, 0.9), tf.mul(clipped, 0.1));
    const second: tf.Tensor1D = tf.maximum(tf.mul(this.#second, beta2), tf.abs(clipped));
    const change = tf.div(tf.mul(first, learningRate), tf.add(second, 1e-8));
    return [tf.sub(parameters, change), first, second];
  }

  /** Adam (Kingma & Ba 2015), with the bias correction folded into the learning rate. */
  #adam(parameters: tf.Tensor1D, gradient: tf.Tensor1D, learningRate: number, step: number): Next {
    const first: tf.Tensor1D = tf.add(tf.mul(this.#first, 0.9), tf.mul(gradient, 0.1));
    const second: tf.Tensor1D = tf.add(tf.mul(this.#second, 0.999), tf.mul(tf.square(gradient), 0.001));
    const corrected = learningRate * Math.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1));
    const change = tf.div(tf.mul(first, corrected), tf.add(tf.sqrt(second), this.#settings.adam_epsilon));
    return [tf.sub(parameters, change), first, second];
  }

  /** The moments' values, for a checkpoint. */
  async moments(): Promise<[Float32Array, Float32Array]> {
    return await Promise.all([this.#first.data<"float32">(), this.#second.data<"float32">()]);
  }

  /** Frees the moments. */
  dispose(): void {
    tf.dispose([this.#first, this.#second]);
  }
}

type Next = readonly [parameters: tf.Tensor1D, first: tf.Tensor1D, second: tf.Tensor1D];
