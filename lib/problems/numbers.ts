/**
 * Problems of two numbers. Both operands have the same number of digits and are written least significant digit first.
 * They are not aligned: the second one follows the first, with the operator between them.
 */

import type { Random } from "../random.ts";
import type { Problem } from "./problem.ts";

/** The digits of a number, least significant first. */
export type Digits = number[];

/** Draws two operands of `size` digits. */
export type Pair = (size: number, radix: number, random: Random) => [Digits, Digits];

/** So many equal digits. */
export const filled = (size: number, digit: number): Digits => Array<number>(size).fill(digit);

/** Draws any digits. */
export const uniform = (size: number, radix: number, random: Random): Digits =>
  Array.from({ length: size }, () => random.integer(radix));

/** The first `size` digits of `value`. */
export function small(size: number, radix: number, value: number): Digits {
  let rest = value;
  return Array.from({ length: size }, () => {
    const digit = rest % radix;
    rest = (rest - digit) / radix;
    return digit;
  });
}

/** Draws digits that are nearly all `digit`. The share of the others, which are uniform, is drawn from 0 to 1/4. */
function biased(size: number, radix: number, random: Random, digit: number): Digits {
  const share = random.uniform() / 4;
  return Array.from({ length: size }, () => random.uniform() < share ? random.integer(radix) : digit);
}

const dense = (size: number, radix: number, random: Random): Digits => biased(size, radix, random, radix - 1);

const sparse = (size: number, radix: number, random: Random): Digits => biased(size, radix, random, 0);

/** radix^k for a drawn k. */
export function power(size: number, random: Random): Digits {
  const digits = filled(size, 0);
  digits[random.integer(size)] = 1;
  return digits;
}

/** Draws runs of equal digits, whose lengths are drawn too, from 1 to the whole number. */
export function runs(size: number, radix: number, random: Random): Digits {
  const longest = random.between(1, size);
  const digits: Digits = [];
  let digit = random.integer(radix);
  while (digits.length < size) {
    digits.push(...filled(Math.min(random.between(1, longest), size - digits.length), digit));
    digit = (digit + random.between(1, radix - 1)) % radix;
  }
  return digits;
}

/**
 * Draws any digits, or runs of equal ones. A network that passes a carry on through uniform digits may lose it in a run
 * (docs/lab/addition.md).
 */
function uniformOrRuns(size: number, radix: number, random: Random): Digits {
  return random.integer(2) === 0 ? uniform(size, radix, random) : runs(size, radix, random);
}

/** Draws a number of a simple shape: radix^k, radix^k + 1, radix^k − 1, runs, or a short one. */
function shaped(size: number, radix: number, random: Random): Digits {
  const length = random.between(1, size);
  const zeros = filled(size - length, 0);
  const [one, ...higher] = power(size, random);
  return random.pick([
    () => [one!, ...higher],
    () => [1, ...higher],
    () => [...filled(length, radix - 1), ...zeros],
    () => runs(size, radix, random),
    () => [...uniform(length, radix, random), ...zeros],
  ])();
}

/** Two different digits in turn. */
function alternating(size: number, radix: number, random: Random): Digits {
  const even = random.integer(radix);
  const odd = (even + random.between(1, radix - 1)) % radix;
  return Array.from({ length: size }, (_, i) => i % 2 === 0 ? even : odd);
}

/**
 * Changes `y` so that the digits of x and y add up to radix − 1 from digit `from` up to, not including, `to`: they pass
 * a carry on but make none. Where `fires` is true, the first of them makes a carry, which runs through all the others.
 */
function propagate([x, y]: [Digits, Digits], radix: number, from: number, to: number, fires: boolean): void {
  for (let i = from; i < to; i++) y[i] = radix - 1 - (x[i] as number);
  if (!fires) return;
  if (x[from] === 0) x[from] = radix - 1;
  y[from] = radix - (x[from] as number);
}

/** Draws two uniform operands. */
export const randomPair: Pair = (...drawn) => [uniform(...drawn), uniform(...drawn)];

/** Draws operands whose sum is hard. */
export const sumPairs: readonly Pair[] = [
  // All ones + 1 (in decimal all nines + 1), which has the longest carry; half of the time in the first digits only.
  (size, radix, random) => {
    const length = random.integer(2) === 0 ? size : random.between(1, size);
    return [[...filled(length, radix - 1), ...filled(size - length, 0)], small(size, radix, 1)];
  },
  // Two numbers whose sum is radix^k − 1, where there is no carry, or radix^k, where a carry runs through k digits.
  (size, radix, random) => {
    const length = random.between(1, size);
    const zeros = filled(size - length, 0);
    const x = [...uniformOrRuns(length, radix, random), ...zeros];
    const pair: [Digits, Digits] = [x, filled(size, 0)];
    propagate(pair, radix, 0, length, random.integer(2) === 1);
    return pair;
  },
  // A long run of digits that pass a carry on, among uniform digits, with or without a carry into it.
  (size, radix, random) => {
    const length = random.between(Math.ceil(size / 2), size);
    const from = random.between(0, size - length);
    const pair: [Digits, Digits] = [uniformOrRuns(size, radix, random), uniform(size, radix, random)];
    propagate(pair, radix, from, from + length, random.integer(2) === 1);
    return pair;
  },
  // Zero and any number, or zero twice.
  (size, radix, random) => [
    filled(size, 0),
    random.integer(4) === 0 ? filled(size, 0) : uniform(size, radix, random),
  ],
  // Alternating digits in both.
  (...drawn) => [alternating(...drawn), alternating(...drawn)],
];

/** Draws operands whose product is hard: the column sums are as large, as small or as uneven as possible. */
export const productPairs: readonly Pair[] = [
  // All ones × all ones, or 0…02 × 0…02.
  (size, radix, random) => {
    const digits = random.integer(2) === 0 ? filled(size, radix - 1) : small(size, radix, 2);
    return [digits, digits];
  },
  // Dense × dense, dense × sparse, sparse × sparse.
  (...drawn) => [dense(...drawn), dense(...drawn)],
  (...drawn) => [dense(...drawn), sparse(...drawn)],
  (...drawn) => [sparse(...drawn), sparse(...drawn)],
  // A power of the radix × any number, 0 × any number, 1 × any number.
  (size, radix, random) => [power(size, random), uniform(size, radix, random)],
  (size, radix, random) => [filled(size, 0), uniform(size, radix, random)],
  (size, radix, random) => [small(size, radix, 1), uniform(size, radix, random)],
  // A number of a simple shape × another one, × any number.
  (...drawn) => [shaped(...drawn), shaped(...drawn)],
  (...drawn) => [shaped(...drawn), uniform(...drawn)],
];

function suitesOf(operator: string, radix: number, hardPairs: readonly Pair[]): Problem["suites"] {
  const write = (x: Digits, y: Digits) => x.join("") + operator + y.join("");
  return {
    random: (size, random) => write(...randomPair(size, radix, random)),
    carry: (size, random) => {
      const [x, y] = random.pick(hardPairs)(size, radix, random);
      return random.integer(2) === 0 ? write(x, y) : write(y, x);
    },
  };
}

/** The suites of addition in base `radix`: `random`, and `carry` with the carries that uniform digits rarely make. */
export function sumSuites(radix: number): Problem["suites"] {
  return suitesOf("+", radix, sumPairs);
}

/** The suites of multiplication in base `radix`: `random`, and `carry` with dense, sparse and tiny operands. */
export function productSuites(radix: number): Problem["suites"] {
  return suitesOf("*", radix, productPairs);
}

/** The value of a digit. Another character gives a number below 0 or above 9. */
const readDigits = (text: string): Digits => Array.from(text, (symbol) => symbol.charCodeAt(0) - 48);

/** The digits of the two operands of `input`, which must be equally many. */
function operandsOf(input: string, operator: string, radix: number): [Digits, Digits] {
  const [x, y, ...others] = input.split(operator).map(readDigits);
  const valid = (operand: Digits) =>
    operand.length > 0 && operand.every((digit) => digit >= 0 && digit < radix);
  if (!x || !y || others.length > 0 || x.length !== y.length || !valid(x) || !valid(y)) {
    throw new RangeError(
      `Cannot compute ${JSON.stringify(input)}: expected two numbers in base ${radix} of equal length ` +
        `with ${operator} between them`,
    );
  }
  return [x, y];
}

/** The number that the column sums make: each column keeps a digit and carries the rest into the next. */
function carried(columns: Digits, radix: number): string {
  let carry = 0;
  return columns.map((column) => {
    const total = column + carry;
    carry = Math.floor(total / radix);
    return total % radix;
  }).join("");
}

/** The sum of the two numbers of d digits in `input`, in d + 1 digits. */
export function sumOf(input: string, radix: number): string {
  const [x, y] = operandsOf(input, "+", radix);
  return carried([...x.map((digit, i) => digit + (y[i] as number)), 0], radix);
}

/** Through how many digits the carry that runs farthest goes in the sum of the two numbers in `input`; 0 without one. */
export function longestCarry(input: string, radix: number): number {
  const [x, y] = operandsOf(input, "+", radix);
  let [longest, running] = [0, 0];
  x.forEach((digit, i) => {
    const sum = digit + (y[i] as number);
    // At radix or more the digits make a carry of their own; one below they pass on the one that comes.
    if (sum >= radix) running = 1;
    else running = sum === radix - 1 && running > 0 ? running + 1 : 0;
    longest = Math.max(longest, running);
  });
  return longest;
}

/** The product of the two numbers of d digits in `input`, in 2d digits. */
export function productOf(input: string, radix: number): string {
  const [x, y] = operandsOf(input, "*", radix);
  const columns = filled(2 * x.length, 0);
  x.forEach((digit, i) => {
    if (digit === 0) return;
    for (let j = 0; j < y.length; j++) columns[i + j] = columns[i + j] as number + digit * (y[j] as number);
  });
  return carried(columns, radix);
}
