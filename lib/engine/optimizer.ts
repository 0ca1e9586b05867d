import { tf } from "../deps.ts";
import { read } from "./device.ts";
import type { TensorKernels, UpdateNumbers } from "./kernels.ts";
import type { OptimizerSettings } from "./training.ts";

/** Result of an update. */
export interface Updated {
  /** The parameters after it. */
  readonly parameters: tf.Tensor1D;
  /** Norm of the gradient before clipping, a scalar. */
  readonly gradientNorm: tf.Scalar;
}

/** Adam or AdaMax over one flat vector, with its moments. */
export class Optimizer {
  readonly #update: TensorKernels["update"];
  readonly #settings: OptimizerSettings;
  #first: tf.Tensor1D;
  #second: tf.Tensor1D;

  /** Starts from the given moments, or from zero. */
  constructor(
    { update }: Pick<TensorKernels, "update">,
    settings: OptimizerSettings,
    size: number,
    moments?: readonly [Float32Array, Float32Array],
  ) {
    this.#update = update;
    this.#settings = settings;
    const [first, second] = moments ?? [new Float32Array(size), new Float32Array(size)];
    this.#first = tf.tensor1d(first);
    this.#second = tf.tensor1d(second);
  }

  /** Computes the parameters after update number `step`, from 0. The caller frees the old ones. */
  update(
    parameters: tf.Tensor1D,
    gradient: tf.Tensor1D,
    learningRate: number,
    step: number,
    noise?: tf.Tensor1D,
  ): Updated {
    const vectors = { parameters, first: this.#first, second: this.#second };
    const numbers = updateNumbers(this.#settings.optimizer, learningRate, step);
    const [updated, gradientNorm, first, second] = this.#update(
      this.#settings,
      numbers,
      vectors,
      gradient,
      noise,
    );
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
export function updateNumbers(
  optimizer: OptimizerSettings["optimizer"],
  learningRate: number,
  step: number,
): UpdateNumbers {
  return optimizer === "adamax"
    ? { rate: learningRate, beta2: 1 - Math.max(0.0005, 0.01 * 0.5 ** (step / 2000)) }
    : { rate: learningRate * Math.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1)), beta2: 0.999 };
}
