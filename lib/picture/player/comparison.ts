/** How a damaged run differs from the undamaged one, and whether it heals. */
import type { Recording } from "./recording.ts";

/** Values are further apart than this, a tenth of their range, where they count as different. */
export const DIFFERENT = 0.2;

/** Compares two runs as far as both have been computed. */
export class Comparison {
  readonly damaged: Recording;
  readonly #undamaged: Recording;
  #compared: number;
  #lastDifferent: number;

  /** From the first step with damages on. */
  constructor(undamaged: Recording, damaged: Recording) {
    this.damaged = damaged;
    this.#undamaged = undamaged;
    this.#compared = Math.ceil(damaged.known / damaged.stride);
    this.#lastDifferent = this.#compared - 1;
  }

  /** The step from which on no value differs; undefined where the last one still does, or is not computed yet. */
  healedAt(): number | undefined {
    const { stride, known, complete } = this.damaged;
    for (; this.#compared * stride <= known; this.#compared++) {
      const [one, other] = [this.damaged, this.#undamaged].map((run) => run.keptAt(this.#compared));
      if (countDifferent(one!, other!) > 0) this.#lastDifferent = this.#compared;
    }
    if (!complete || this.#lastDifferent === this.#compared - 1) return undefined;
    return (this.#lastDifferent + 1) * stride;
  }
}

/** In how many values two states differ. */
export function countDifferent(one: Float32Array, other: Float32Array): number {
  let count = 0;
  for (let i = 0; i < one.length; i++) if (Math.abs(one[i]! - other[i]!) > DIFFERENT) count++;
  return count;
}
