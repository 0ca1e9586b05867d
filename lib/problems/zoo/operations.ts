/** Problems of two numbers, in every base: an operation, a layout, and where the pairs come from. */
import {
  type Digits,
  filled,
  type Pair,
  power,
  productPairs,
  randomPair,
  small,
  sumPairs,
  uniform,
} from "../numbers.ts";
import type { Problem } from "../problem.ts";
import { alignedLayout, type Layout, paddedLayout, plainLayout } from "./layouts.ts";
import { carries, descending, divisible, fibonacci, half, multiple, same, tough } from "./pairs.ts";
import { KAISER, OWN, PRICE } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { BASES, digitsIn, refuse } from "./texts.ts";

/** What is computed from two numbers. */
interface Operation {
  readonly title: string;
  readonly sign: string;
  readonly source: string;
  readonly random: Pair;
  readonly hard: readonly Pair[];
  /** Whether hard pairs may be swapped. */
  readonly commutes: boolean;
  /** Which pairs have no answer, in words. */
  readonly refusal?: readonly [refused: (x: bigint, y: bigint) => boolean, expected: string];
  /** The numbers of the answer, each with its digits for operands of so many. */
  answer(x: bigint, y: bigint, digits: number): readonly (readonly [value: bigint, digits: number])[];
}

/** The operations by the end of their problems' names. */
const OPERATIONS = {
  add: {
    ...{ title: "addition", sign: "+", source: KAISER, commutes: true, random: randomPair, hard: sumPairs },
    answer: (x, y, digits) => [[x + y, digits + 1]],
  },
  mul: {
    ...{ title: "multiplication", sign: "*", source: KAISER, commutes: true },
    ...{ random: randomPair, hard: productPairs },
    answer: (x, y, digits) => [[x * y, 2 * digits]],
  },
  sub: {
    ...{ title: "subtraction of a number that is not larger", sign: "-", source: OWN, commutes: false },
    random: descending(randomPair),
    hard: [
      // A borrow that runs through all zeros.
      (size, radix, random) => [power(size, random), small(size, radix, 1)],
      same,
      (size, radix, random) => [uniform(size, radix, random), filled(size, 0)],
      ...sumPairs.map(descending),
    ],
    refusal: [(x, y) => x < y, "a second number that is not larger"],
    answer: (x, y, digits) => [[x - y, digits]],
  },
  div: {
    ...{ title: "division: quotient, then remainder", sign: "/", source: OWN, commutes: false },
    random: divisible(randomPair),
    hard: ([
      (size, radix, random) => [uniform(size, radix, random), half(size, radix, random)],
      (size, radix, random) => [uniform(size, radix, random), small(size, radix, 1)],
      (size, radix, random) => [filled(size, radix - 1), power(size, random)],
      multiple(0n),
      multiple(1n),
      same,
      ...productPairs,
    ] satisfies Pair[]).map(divisible),
    refusal: [(_, y) => y === 0n, "a second number that is not zero"],
    answer: (x, y, digits) => [[x / y, digits], [x % y, digits]],
  },
  gcd: {
    ...{ title: "greatest common divisor; that of 0 and 0 is 0", sign: ",", source: OWN, commutes: true },
    random: randomPair,
    hard: [fibonacci, multiple(0n), multiple(1n), same, ...productPairs],
    answer: (x, y, digits) => [[gcd(x, y), digits]],
  },
} satisfies Record<string, Operation>;

function gcd(x: bigint, y: bigint): bigint {
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** A variant of the problems of two numbers, in every base. */
interface Variant {
  readonly operation: keyof typeof OPERATIONS;
  /** What follows the operation in names. */
  readonly ending: string;
  readonly layout: Layout;
  /** Draws the pairs of the suite `random`, where these are not uniform. */
  readonly random?: Pair;
  readonly words?: string;
  /** The operands of its example, where these are not the usual ones. */
  readonly example?: (radix: number) => [Digits, Digits];
}

const VARIANTS: readonly Variant[] = [
  ...(["add", "mul", "sub", "div", "gcd"] as const).map((operation) => (
    { operation, ending: "", layout: paddedLayout }
  )),
  ...(["add", "mul"] as const).flatMap((operation) => [
    { operation, ending: "z", layout: plainLayout },
    { operation, ending: "e", layout: alignedLayout },
  ]),
  ...([["t", paddedLayout], ["zt", plainLayout], ["et", alignedLayout]] as const).map(([ending, layout]) => (
    { operation: "add" as const, ending, layout, random: tough, words: "sums with long carries" }
  )),
  {
    ...{ operation: "add", ending: "-carries", layout: paddedLayout, random: carries },
    words: "a carry through all digits but the last or none",
    example: (radix) => [[1, 0, 0], [radix - 1, radix - 1, 0]],
  },
];

/** The operands of the usual example: 5 and 4 in bits, 27 and 15 in decimal. */
function usualExample(radix: number): [Digits, Digits] {
  if (radix === 2) return [[1, 0, 1, 0], [0, 0, 1, 0]];
  return [[radix - 3, 2], [Math.max(1, radix - 5), 1]];
}

function problemOf(variant: Variant, base: number): Problem {
  const { operation: named, ending, layout, random, words, example = usualExample } = variant;
  const [radix, letter, word] = BASES[base]!;
  const operation: Operation = OPERATIONS[named];
  const { sign, hard, commutes, refusal, answer } = operation;
  const draw = random ?? operation.random;
  const described = [`${word} ${operation.title}`, words, layout.words].filter(Boolean).join(", ");
  return {
    name: letter + named + ending,
    title: `${described}: x${sign}y, least significant digit first`,
    symbols: digitsIn(radix) + sign,
    maxSize: 20,
    suites: {
      random: (size, random) => layout.write(...draw(size, radix, random), sign),
      carry(size, random) {
        const [x, y] = random.pick(hard)(size, radix, random);
        return commutes && random.integer(2) === 0 ? layout.write(y, x, sign) : layout.write(x, y, sign);
      },
    },
    answer(input) {
      const { x, y, digits } = layout.read(input, sign, radix);
      if (refusal?.[0](x, y)) refuse(input, refusal[1]);
      return answer(x, y, digits).map(([value, width]) =>
        writeNumber(value, radix, layout.padded ? width : 1)
      )
        .join("");
    },
    ...(layout === paddedLayout && "+-*".includes(sign) && { arithmetic: { operator: sign, radix } }),
    about: {
      family: ending === "" ? "arithmetic" : "layouts",
      size: layout.padded ? "digits per operand" : "most digits per operand",
      source: ending === "" ? operation.source : PRICE,
      example: layout.write(...example(radix), sign),
    },
  };
}

/** The problems of two numbers. */
export const operations: readonly Problem[] = VARIANTS.flatMap((variant) =>
  BASES.map((_, base) => problemOf(variant, base))
);
