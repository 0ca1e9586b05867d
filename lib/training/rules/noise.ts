/**
 * Gradient noise (Kaiser & Sutskever 2015, section 3.3). Their code never applied it: it added the noise to a local
 * variable and then used the gradient without it. Here it is added to the clipped gradient, as they intended.
 */
import type { Configuration } from "../../model/configuration.ts";
import { extend, keyOf, wordAt } from "../../random.ts";

/**
 * The noise's standard deviation at a step (from 1): scale · step^(−decay/2) · the share of outputs that were wrong, so
 * that its variance falls as 1/√step with the paper's decay of 0.5, and a perfect model has none.
 */
export function noiseDeviation(
  { gradient_noise, gradient_noise_decay }: Pick<Configuration, "gradient_noise" | "gradient_noise_decay">,
  step: number,
  errorShare: number,
): number {
  return gradient_noise * step ** (-gradient_noise_decay / 2) * errorShare;
}

/** `size` normal numbers with mean 0, which follow from seed and step alone (Box and Muller 1958). */
export function gradientNoise(size: number, deviation: number, seed: number, step: number): Float32Array {
  const key = extend(keyOf(seed, "noise"), step);
  const noise = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log((wordAt(key, i) + 1) * 2 ** -32));
    const angle = 2 * Math.PI * 2 ** -32 * wordAt(key, i + 1);
    noise[i] = radius * Math.cos(angle);
    noise[i + 1] = radius * Math.sin(angle); // where the size is odd, the last one is beyond the end and is not stored
  }
  return noise;
}
