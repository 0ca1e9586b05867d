/** Expressions of digits and signs, written from their end (Price et al.: bexpr, qexpra, …), and ones with brackets. */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { ERROR, evaluate } from "./evaluate.ts";
import { OWN, PRICE } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { BASES, digitsIn, hardText, refuse, reversed, uniformText } from "./texts.ts";

/** Chance of a sign where one may stand. */
const SIGN_CHANCE = 0.3;

/** Draws digits in which numbers are looked for. */
type Draw = (symbols: string, length: number, random: Random) => string;

/** Digits and signs without brackets, as Price et al. draw them: the string is written from its end. */
function flat(signs: string, digits: string, length: number, random: Random, draw: Draw): string {
  const symbols = [...draw(digits, length, random)];
  for (let i = 1; i < length - 1; i++) {
    const follows = signs.includes(symbols[i - 1]!);
    if (!follows && random.uniform() < SIGN_CHANCE) symbols[i] = signs[random.integer(signs.length)]!;
  }
  return symbols.join("");
}

/** An expression with brackets, of exactly that length, in the usual order. */
function nested(signs: string, digits: string, length: number, random: Random, draw: Draw): string {
  const inner = (length: number) => nested(signs, digits, length, random, draw);
  if (length >= 3 && random.uniform() < SIGN_CHANCE) return `(${inner(length - 2)})`;
  if (length < 3 || random.uniform() < SIGN_CHANCE) return draw(digits, length, random);
  const left = random.between(1, length - 2);
  return inner(left) + random.pick([...signs]) + inner(length - 1 - left);
}

/** Turns an expression: the last symbol comes first, and brackets still open before they close. */
const turned = (text: string): string =>
  reversed(text).replace(/[()]/g, (bracket) => bracket === "(" ? ")" : "(");

/** The variants of Price et al.: the ending of their names, their signs, and an example without and with brackets. */
const VARIANTS = [
  ["", "+*", "01+11*1", "01*(11+1)"],
  ["a", "+*/-", "1-01/11*11", "01/(1-11)"],
  ["p", "+", "01+11+1", "01+(11+1)"],
  ["s", "+-", "01-11+1", "01-(1+11)"],
  ["sm", "+*-", "01-11*1", "01*(1-11)"],
] as const;

function problemOf(
  [radix, letter, word]: typeof BASES[number],
  [ending, signs, ...examples]: typeof VARIANTS[number],
  brackets: boolean,
): Problem {
  const digits = digitsIn(radix);
  const others = signs + (brackets ? "()" : "");
  /** Draws until the value is a number that is not negative. */
  const drawn = (length: number, random: Random, draw: Draw): string => {
    while (true) {
      const input = brackets
        ? turned(nested(signs, digits, length, random, draw))
        : flat(signs, digits, length, random, draw);
      const value = evaluate(turned(input), radix);
      if (value !== ERROR && value >= 0n) return input;
    }
  };
  return {
    name: `${letter}expr${ending}${brackets ? "-brackets" : ""}`,
    title:
      `${word} expressions of ${[...signs].join(" ")}${
        brackets ? " and brackets" : ""
      }, written from their end; ` +
      `${signs.includes("/") ? "/ rounds down; " : ""}the answer padded to the input's length`,
    symbols: digits + others,
    maxSize: 41,
    suites: {
      random: (size, random) => drawn(size, random, uniformText),
      carry: (size, random) => drawn(size, random, hardText),
    },
    answer(input) {
      const known = [...input].every((symbol) => (digits + others).includes(symbol));
      const value = known ? evaluate(turned(input), radix) : ERROR;
      if (value === ERROR || value < 0n) {
        refuse(
          input,
          `an expression of ${signs} in base ${radix}, written from its end, that is not negative`,
        );
      }
      return writeNumber(value, radix, input.length);
    },
    notation: {
      radix,
      form: `numbers with ${[...signs].join(" ")} between them${brackets ? ", and brackets" : ""}`,
      write(expression) {
        const parts = expression.map((part) =>
          typeof part === "bigint" ? part.toString(radix) : others.includes(part) ? part : undefined
        );
        return parts.includes(undefined) ? undefined : turned(parts.join(""));
      },
    },
    about: {
      family: "expressions",
      size: "symbols",
      source: brackets ? OWN : PRICE,
      example: examples[Number(brackets)]!,
    },
  };
}

/** The problems of expressions. */
export const expressions: readonly Problem[] = [false, true].flatMap((brackets) =>
  VARIANTS.flatMap((variant) => BASES.map((base) => problemOf(base, variant, brackets)))
);
