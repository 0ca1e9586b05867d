/**
 * Random numbers by counter: number i of a stream is a hash of (seed, stream, indices, i). No state is kept
 * between draws, so a run can be resumed at any step, and every backend gets the same data, weights and dropout masks.
 * The arithmetic is 32-bit throughout (`Math.imul`), to be the same in WGSL as in JavaScript.
 */

/** Factor on counters and indices, 2^32 over the golden ratio. */
export const GOLDEN = 0x9e3779b9;

/** Murmur3's finalizer: every bit of the result depends on every bit of `word`. */
function finalize(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

/** Two 32-bit words that select one sequence of random numbers. */
export type Key = readonly [number, number];

/** The key of a seed, which is a whole number from 0 to 2^53 − 1, and of a stream's name. */
export function keyOf(seed: number, stream: string): Key {
  const key: Key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  return absorb(key, stream.length, (i) => stream.charCodeAt(i));
}

/** The key of a sub-sequence of `key`: absorbs the low 32 bits of each index. */
export function extend(key: Key, ...indices: number[]): Key {
  return absorb(key, indices.length, (i) => indices[i]!);
}

/** Absorbs `count` indices. */
function absorb([a, b]: Key, count: number, indexAt: (i: number) => number): Key {
  for (let i = 0; i < count; i++) {
    const index = indexAt(i);
    a = finalize((a + Math.imul(index, GOLDEN) + 0x7f4a7c15) | 0);
    b = finalize((b ^ a) + Math.imul(index, 0x85157af5));
  }
  return [a >>> 0, b >>> 0];
}

/** Number `counter` of the sequence of `key`: uniform over the 32-bit words, from 0 to 2^32 − 1. */
export function wordAt(key: Key, counter: number): number {
  return finalize((key[0] + Math.imul(counter, GOLDEN)) ^ key[1]) >>> 0;
}

/** Another seed, from 0 to 2^53 − 1, derived from `seed` for a purpose and an index. */
export function deriveSeed(seed: number, purpose: string, index: number): number {
  const key = extend(keyOf(seed, purpose), index);
  return wordAt(key, 0) + (wordAt(key, 1) & 0x1fffff) * 2 ** 32;
}

/**
 * A sequence of random numbers, of which each is a hash of the seed, the stream, the indices and its place in the
 * sequence. It is the same on every machine. It is not fit for secrets.
 *
 * @example Usage
 * ```ts
 * import { Random } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const random = new Random(1, "dice");
 * const rolls = Array.from({ length: 100 }, () => random.between(1, 6));
 * assertEquals([Math.min(...rolls), Math.max(...rolls)], [1, 6]);
 *
 * const again = new Random(1, "dice");
 * assertEquals(rolls[0], again.between(1, 6));
 * ```
 */
export class Random {
  readonly #key: Key;
  #counter = 0;

  /**
   * Starts a sequence.
   *
   * @param seed A whole number from 0 to 2^53 − 1.
   * @param stream Name of what the numbers are for; different names give unrelated sequences.
   * @param indices Whole numbers that tell sequences of one stream apart, such as the number of a row. Their lowest 32 bits
   * count.
   */
  constructor(seed: number, stream: string, ...indices: number[]) {
    this.#key = extend(keyOf(seed, stream), ...indices);
  }

  /**
   * Draws 32 random bits.
   *
   * @returns A whole number from 0 to 2^32 − 1.
   */
  word(): number {
    return wordAt(this.#key, this.#counter++);
  }

  /**
   * Draws a real number.
   *
   * @returns A multiple of 2^−53 from 0 to below 1, all equally probable.
   */
  uniform(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) * 2 ** -53;
  }

  /**
   * Draws a whole number below a bound.
   *
   * @param bound A whole number from 1 to 2^32.
   * @returns A whole number from 0 to `bound − 1`, all equally probable.
   */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /**
   * Draws a whole number from a range.
   *
   * @param from The smallest number.
   * @param to The largest number.
   * @returns A whole number from `from` to `to`, both included, all equally probable.
   */
  between(from: number, to: number): number {
    return from + this.integer(to - from + 1);
  }

  /**
   * Draws an item from a list.
   *
   * @param items The items, at least one.
   * @returns One of the items, all equally probable.
   */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  /**
   * Draws from the normal distribution (Box and Muller 1958).
   *
   * @returns A real number; their mean is 0 and their standard deviation 1.
   */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
