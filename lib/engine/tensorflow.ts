/** What a program that uses `recurrence` needs of TensorFlow.js. */
import { tf as tensorflow } from "../deps.ts";

/**
 * The core of TensorFlow.js 4.22.0 with gradients, in the instance that the toolkit computes with. Networks that contain
 * {@linkcode recurrence} are built from it. See https://js.tensorflow.org/api/4.22.0/.
 */
export const tf: typeof tensorflow = tensorflow;

/** A number in a tensor of TensorFlow.js. */
export type Scalar = tensorflow.Scalar;

/** A vector of TensorFlow.js. */
export type Tensor1D = tensorflow.Tensor1D;

/** A tensor of TensorFlow.js with four dimensions. */
export type Tensor4D = tensorflow.Tensor4D;
