/** The part of TensorFlow.js that a program needs which uses `recurrence`. */
import { tf as tensorflow } from "../deps.ts";

/**
 * The core of TensorFlow.js 4.22.0 with its gradients: the instance that the toolkit computes with, from which networks
 * around {@linkcode recurrence} are built. See https://js.tensorflow.org/api/4.22.0/.
 */
export const tf: typeof tensorflow = tensorflow;

/** A tensor of TensorFlow.js without dimensions: a number. */
export type Scalar = tensorflow.Scalar;

/** A tensor of TensorFlow.js with one dimension. */
export type Tensor1D = tensorflow.Tensor1D;

/** A tensor of TensorFlow.js with four dimensions. */
export type Tensor4D = tensorflow.Tensor4D;
