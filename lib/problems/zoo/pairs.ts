/** Pairs of numbers that are hard for some operation, besides those of sums and products. */
import type { Random } from "../../random.ts";
import { type Digits, filled, type Pair, randomPair, small, uniform } from "../numbers.ts";
import { writeNumber } from "../digits.ts";
import { integerBelow, numberIn } from "./texts.ts";

/** The digits of a number. */
const digitsOf = (value: bigint, radix: number, size: number): Digits =>
  Array.from(writeNumber(value, radix, size), Number);

/** The number of some digits. */
const valueOf = (digits: Digits, radix: number): bigint => numberIn(digits.join(""), radix);

/** Two numbers, the larger first. */
export function descending(draw: Pair): Pair {
  return (size, radix, random) => {
    const [x, y] = draw(size, radix, random);
    const last = x.findLastIndex((digit, i) => digit !== y[i]);
    return last < 0 || x[last]! > y[last]! ? [x, y] : [y, x];
  };
}

/** Two numbers of which the second is not zero. */
export function divisible(draw: Pair): Pair {
  return (size, radix, random) => {
    const [x, y] = draw(size, radix, random);
    return [x, y.some((digit) => digit > 0) ? y : small(size, radix, 1)];
  };
}

/** A number of up to half of the digits. */
export function half(size: number, radix: number, random: Random): Digits {
  const length = random.between(1, Math.ceil(size / 2));
  return [...uniform(length, radix, random), ...filled(size - length, 0)];
}

/** A product of two short numbers, less `less`, and one of the factors. */
export const multiple = (less: bigint): Pair => (size, radix, random) => {
  const [x, y] = [half(size, radix, random), half(size, radix, random)];
  const product = valueOf(x, radix) * valueOf(y, radix) - less;
  const fits = product >= 0n && writeNumber(product, radix).length <= size;
  return [fits ? digitsOf(product, radix, size) : x, y];
};

/** Neighbours in the sequence of Fibonacci, for which Euclid's algorithm takes longest. */
export const fibonacci: Pair = (size, radix, random) => {
  const bound = BigInt(radix) ** BigInt(random.between(1, size));
  let [x, y] = [1n, 1n];
  while (x + y < bound) [x, y] = [x + y, x];
  return [digitsOf(x, radix, size), digitsOf(y, radix, size)];
};

/** A number and itself. */
export const same: Pair = (size, radix, random) => {
  const digits = uniform(size, radix, random);
  return [digits, digits];
};

/** The sums that Price et al. call tough: long carries, and sums next to a power of the base. */
export const tough: Pair = (size, radix, random) => {
  const [base, k] = [BigInt(radix), size];
  const [share, swapped] = [random.uniform(), random.integer(2) === 1];
  let pair: [Digits, Digits];
  if (share < 0.2) {
    const [lo, hi] = [random.between(1, k), random.between(1, k)].sort((a, b) => a - b) as [number, number];
    const run = base ** BigInt(hi) - base ** BigInt(lo - 1);
    pair = [run, integerBelow(base ** BigInt(lo), random)].map((value) =>
      digitsOf(value, radix, k)
    ) as typeof pair;
  } else if (share < 0.4) {
    const whole = base ** BigInt(random.integer(2) === 0 ? k : random.between(1, k));
    const part = 1n + integerBelow(whole - 1n, random);
    const rest = whole - part - BigInt(random.integer(2));
    pair = [part, rest].map((value) => digitsOf(value, radix, k)) as typeof pair;
  } else {
    pair = randomPair(size, radix, random);
  }
  return swapped ? [pair[1], pair[0]] : pair;
};

/**
 * The sums by which Price et al. measure how far carries go: a power of the base, to which a carry runs through all digits
 * but the last, or one less, where there is none.
 */
export const carries: Pair = (size, radix, random) => {
  const whole = BigInt(radix) ** BigInt(size - 1);
  const fires = size > 1 && random.integer(2) === 1;
  const part = fires ? 1n + integerBelow(whole - 1n, random) : integerBelow(whole, random);
  const rest = fires ? whole - part : whole - 1n - part;
  const pair = random.integer(2) === 0 ? [part, rest] : [rest, part];
  return pair.map((value) => digitsOf(value, radix, size)) as [Digits, Digits];
};
