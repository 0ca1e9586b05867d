/**
 * A work-around: `tf.conv2d`, differentiable on every backend. @tensorflow/tfjs-backend-wasm 4.22.0 has no kernel for
 * the gradient of a convolution's filter (Conv2DBackpropFilter, https://github.com/tensorflow/tfjs/issues/8474). This
 * file computes it as one product for each tap. Once the backend has the kernel, `tf.conv2d(input, filter, 1, "same")`
 * can take its place.
 */
import { tf } from "../../deps.ts";

/** The convolution of `[rows, width, positions, maps]` with `[kernel_width, kernel_length, maps, maps]`, zero-padded. */
export function conv2d(input: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  if (tf.getKernel("Conv2DBackpropFilter", tf.getBackend()) !== undefined) {
    return tf.conv2d(input, filter, 1, "same");
  }
  const convolve = tf.customGrad((x, w, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor4D, w as tf.Tensor4D]);
    return {
      value: tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
      gradFunc: (dy, saved) => {
        const [x, w] = saved as [tf.Tensor4D, tf.Tensor4D];
        return [
          tf.conv2dTranspose(dy as tf.Tensor4D, w, x.shape, 1, "same"),
          filterGradient(x, dy as tf.Tensor4D, w.shape),
        ] as tf.Tensor[];
      },
    };
  });
  return convolve(input, filter) as tf.Tensor4D;
}

function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [kernelWidth, kernelLength, maps, outputs]: [number, number, number, number],
): tf.Tensor4D {
  const [rows, width, positions] = x.shape;
  const [besideColumns, besidePositions] = [(kernelWidth - 1) / 2, (kernelLength - 1) / 2];
  const padded = tf.pad(x, [[0, 0], [besideColumns, besideColumns], [besidePositions, besidePositions], [
    0,
    0,
  ]]);
  const columns = tf.reshape(dy, [-1, outputs]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < kernelWidth; i++) {
    for (let j = 0; j < kernelLength; j++) {
      const view = tf.slice(padded, [0, i, j, 0], [rows, width, positions, maps]);
      taps.push(tf.matMul(tf.reshape(view, [-1, maps]), columns, true, false));
    }
  }
  return tf.reshape(tf.stack(taps), [kernelWidth, kernelLength, maps, outputs]);
}
