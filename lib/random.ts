/**
 * Random numbers by counter: number i of a stream is a hash of (seed, stream, indices, i). Nothing is carried from
 * draw to draw, so a run resumes at any step, and every backend sees the same data, weights and dropout masks.
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

/** The key that seed `seed` (a whole number from 0 to 2^53 − 1) and a stream's name select. */
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

/** A sequence of random numbers, read in order. */
export class Random {
  readonly #key: Key;
  #counter = 0;

  /** The sequence that the seed (0 to 2^53 − 1), the stream's name and the indices select. */
  constructor(seed: number, stream: string, ...indices: number[]) {
    this.#key = extend(keyOf(seed, stream), ...indices);
  }

  /** The next 32-bit word. */
  word(): number {
    return wordAt(this.#key, this.#counter++);
  }

  /** Uniform from 0 (included) to 1 (excluded), in steps of 2^-53. */
  uniform(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) * 2 ** -53;
  }

  /** A whole number from 0 (included) to `bound` (excluded, at most 2^32). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.integer(to - from + 1);
  }

  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  /** Normal with mean 0 and standard deviation 1 (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
