/** Sums and products of three numbers and more, in every base (Price et al.: 3badd, kbadd, …). */
import type { Random } from "../../random.ts";
import { rowNotation } from "../notation.ts";
import type { Problem } from "../problem.ts";
import { PRICE } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { BASES, digitsIn, groupsOf, numberIn, refuse, uniformText } from "./texts.ts";

/** How the operands are drawn: their number, and their digits. */
interface Count {
  readonly ending: string;
  readonly words: string;
  readonly size: string;
  of(size: number, random: Random): { readonly count: number; readonly digits: number };
}

const COUNTS: readonly Count[] = [
  {
    ...{ ending: "3", words: "of three numbers", size: "digits per operand" },
    of: (size) => ({ count: 3, digits: size }),
  },
  {
    ...{ ending: "k", words: "of any count of numbers", size: "most symbols of the input" },
    of(size, random) {
      const count = random.between(1, Math.floor((size + 1) / 2));
      return { count, digits: Math.floor((size + 1) / count) - 1 };
    },
  },
];

/** A hard operand: the largest number, zero, one, or any. */
function hardOperand(symbols: string, digits: number, random: Random): string {
  return random.pick([
    () => symbols.at(-1)!.repeat(digits),
    () => "0".repeat(digits),
    () => "1".padEnd(digits, "0"),
    () => uniformText(symbols, digits, random),
  ])();
}

/** Chance that operands of the original's kbmul may be zero. */
const ZERO_CHANCE = 0.3;

function problemOf(
  [radix, letter, word]: typeof BASES[number],
  { sign, name, title }: typeof OPERATIONS[number],
  { ending, words, size, of }: Count,
): Problem {
  const symbols = digitsIn(radix);
  const pattern = new RegExp(`^([${symbols}]+(?:\\${sign}[${symbols}]+)*)$`);
  const expected = `numbers in base ${radix} of equal length with ${sign} between them`;
  const fits = (count: number) => ending === "k" || count === Number(ending);
  const write = (size: number, random: Random, operand: (digits: number) => string) => {
    const { count, digits } = of(size, random);
    return Array.from({ length: count }, () => operand(digits)).join(sign);
  };
  return {
    name: `${letter}${name}${ending}`,
    title:
      `${word} ${title} ${words}, least significant digit first, the answer padded to the input's length`,
    symbols: symbols + sign,
    maxSize: ending === "k" ? 41 : 13,
    suites: {
      random(size, random) {
        const mayBeZero = sign === "+" || ending !== "k" || random.uniform() < ZERO_CHANCE;
        return write(size, random, (digits) => {
          while (true) {
            const drawn = uniformText(symbols, digits, random);
            if (mayBeZero || /[^0]/.test(drawn)) return drawn;
          }
        });
      },
      carry: (size, random) => write(size, random, (digits) => hardOperand(symbols, digits, random)),
    },
    answer(input) {
      const operands = groupsOf(input, pattern, expected)[0]!.split(sign);
      if (!fits(operands.length) || operands.some(({ length }) => length !== operands[0]!.length)) {
        refuse(input, ending === "k" ? expected : `three ${expected}`);
      }
      const values = operands.map((digits) => numberIn(digits, radix));
      const value = sign === "+"
        ? values.reduce((sum, value) => sum + value, 0n)
        : values.reduce((product, value) => product * value, 1n);
      return writeNumber(value, radix, input.length);
    },
    notation: rowNotation({ operator: sign, radix }, ending === "k" ? undefined : Number(ending)),
    about: { family: "operands", size, source: PRICE, example: ["10", "11", "01"].join(sign) },
  };
}

const OPERATIONS = [
  { name: "add", sign: "+", title: "sum" },
  { name: "mul", sign: "*", title: "product" },
] as const;

/** The problems of several operands. */
export const operands: readonly Problem[] = OPERATIONS.flatMap((operation) =>
  COUNTS.flatMap((count) => BASES.map((base) => problemOf(base, operation, count)))
);
