import { tf } from "../../deps.ts";
import type { Update } from "../kernels.ts";

/** The optimizer's step in plain tfjs operations. */
export const update: Update = (settings, { rate, beta2 }, vectors, gradient, noise) =>
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
