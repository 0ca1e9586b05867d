/**
 * The algorithmic problems of Tensor2Tensor. A size is the most symbols that an input may have; how many it has is drawn.
 * The original ends inputs and targets with a symbol of their own; here padding follows. Its problems nlplike have
 * thousands of symbols, more than there are printable characters.
 */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { plainLayout } from "./layouts.ts";
import { TENSOR2TENSOR } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { digitsIn, groupsOf, hardText, reversed, SYMBOLS, uniformText } from "./texts.ts";

const RADICES = [[2, "binary"], [10, "decimal"]] as const;

/** What is done with symbols; a shift has answers of symbols of their own. */
const TEXTS = [
  { name: "identity", title: "Copying", radices: RADICES, more: "", answer: (input: string) => input },
  { name: "reverse", title: "Reversing", radices: RADICES, more: "", answer: reversed },
  {
    ...{ name: "shift", title: "Digits to the letters A to J", radices: RADICES.slice(1) },
    ...{ more: SYMBOLS.slice(10, 20) },
    answer: (input: string) => [...input].map((digit) => SYMBOLS[Number(digit) + 10]).join(""),
  },
];

const texts: Problem[] = TEXTS.flatMap(({ name, title, radices, more, answer }) =>
  radices.map(([radix, word]): Problem => {
    const symbols = digitsIn(radix);
    const pattern = new RegExp(`^([${symbols}]+)$`);
    return {
      name: `algorithmic-${name}-${word}`,
      title: `${title}, ${word}, of any length up to the size`,
      symbols: symbols + more,
      maxSize: 40,
      suites: {
        random: (size, random) => uniformText(symbols, random.between(1, size), random),
        carry: (size, random) => hardText(symbols, random.between(1, size), random),
      },
      answer: (input) => answer(groupsOf(input, pattern, `one symbol at least, of ${symbols}`)[0]!),
      about: { family: "Tensor2Tensor", size: "most symbols", source: TENSOR2TENSOR, example: "1101" },
    };
  })
);

/** Symbols of the shortest input of two numbers. */
const SHORTEST = 3;

/** A number without leading zeros: the last digit is not zero, unless it is the only one. */
function numberOf(symbols: string, digits: string, random: Random): string {
  return digits.length > 1 && digits.endsWith("0")
    ? digits.slice(0, -1) + uniformText(symbols.slice(1), 1, random)
    : digits;
}

/** Two numbers, the first in at most half of the symbols, as the original draws them. */
function pairOf(
  symbols: string,
  sign: string,
  size: number,
  random: Random,
  draw: typeof uniformText,
): string {
  const most = size + SHORTEST - 1;
  const first = random.between(1, Math.floor(most / 2));
  const second = random.between(1, most - first - 1);
  return [first, second].map((length) => numberOf(symbols, draw(symbols, length, random), random)).join(sign);
}

const numbers: Problem[] = (["+", "*"] as const).flatMap((sign) =>
  RADICES.map(([radix, word]): Problem => {
    const symbols = digitsIn(radix);
    const name = sign === "+" ? "addition" : "multiplication";
    return {
      name: `algorithmic-${name}-${word}`,
      title:
        `${word[0]!.toUpperCase()}${
          word.slice(1)
        } ${name} of numbers of any lengths without leading zeros, ` +
        "least significant digit first",
      symbols: symbols + sign,
      maxSize: 38,
      suites: {
        random: (size, random) => pairOf(symbols, sign, size, random, uniformText),
        carry: (size, random) => pairOf(symbols, sign, size, random, hardText),
      },
      answer(input) {
        const { x, y } = plainLayout.read(input, sign, radix);
        return writeNumber(sign === "+" ? x + y : x * y, radix);
      },
      about: {
        family: "Tensor2Tensor",
        size: "most symbols after the first 2",
        source: TENSOR2TENSOR,
        example: `101${sign}11`,
      },
    };
  })
);

/** The problems of Tensor2Tensor. */
export const tensor2tensor: readonly Problem[] = [...texts, ...numbers];
