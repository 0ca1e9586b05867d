/** The problems of numbers of "Neural networks and the Chomsky hierarchy". A size is the length of the input. */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { CHOMSKY } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { groupsOf, hardText, numberIn, refuse, reversed, uniformText } from "./texts.ts";
import { BROKEN, draw as expressionOf, MODULUS, valueOf } from "./modular_expression.ts";

type Draw = typeof uniformText;

const about = (example: string) => ({
  ...{ family: "Chomsky hierarchy", size: "symbols of the input", source: CHOMSKY, example },
});

/** Bits that are not all 0. */
function positive(length: number, random: Random, draw: Draw): string {
  while (true) {
    const bits = draw("01", length, random);
    if (bits.includes("1")) return bits;
  }
}

/** Two numbers of any widths that have the size together, and are not 0. One or two symbols are a number alone. */
function pairOf(size: number, sign: string, random: Random, draw: Draw): string {
  if (size <= 2) return draw("01", size, random);
  const first = random.between(1, size - 2);
  return positive(first, random, draw) + sign + positive(size - 1 - first, random, draw);
}

/** Sums and products, which end with a 2 and are filled up with 0. */
const OPERATIONS = [
  {
    ...{ name: "binary-addition", word: "addition", sign: "+", example: "1001+000001", longer: 1 },
    alone: (bits: string) => writeNumber(numberIn(bits, 2), 2),
    compute: (x: bigint, y: bigint) => x + y,
    note: "one or two bits alone are their own sum",
  },
  {
    ...{
      name: "binary-multiplication",
      word: "multiplication",
      sign: "*",
      example: "1001*000001",
      longer: 0,
    },
    alone: (bits: string) => "0".repeat(bits.length - 1),
    compute: (x: bigint, y: bigint) => x * y,
    note: "one bit alone has nothing for a product, two have 0, as in the original",
  },
] as const;

const operations = OPERATIONS.map(({ name, word, sign, example, longer, alone, compute, note }): Problem => ({
  name,
  title:
    `Binary ${word} of numbers of any widths, least significant bit first; 2 ends the answer, and 0s follow it to ` +
    `${longer === 1 ? "one symbol more than the input has" : "the input's length"}; ${note}`,
  symbols: `01${sign}2`,
  maxSize: 40,
  suites: {
    random: (size, random) => pairOf(size, sign, random, uniformText),
    carry: (size, random) => pairOf(size, sign, random, hardText),
  },
  answer(input) {
    if (/^[01]{1,2}$/.test(input)) return `${alone(input)}2`.padEnd(input.length + longer, "0");
    const pattern = new RegExp(`^([01]+)\\${sign}([01]+)$`);
    const [x, y] = groupsOf(input, pattern, `two binary numbers with ${sign} between them`);
    const value = writeNumber(compute(numberIn(x!, 2), numberIn(y!, 2)), 2);
    return `${value}2`.padEnd(input.length + longer, "0");
  },
  about: about(example),
}));

/** The whole part of a square root, by Newton's method. */
function rootOf(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  while (true) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** A square of half as many bits, or what is next to one. */
function nearSquare(size: number, random: Random): string {
  const root = numberIn(positive(Math.ceil(size / 2), random, hardText), 2);
  const value = root * root + random.pick([-1n, 0n, 1n]);
  const fits = value > 0n && value < 2n ** BigInt(size);
  return reversed(fits ? writeNumber(value, 2, size) : positive(size, random, hardText));
}

const root: Problem = {
  name: "compute-sqrt",
  title:
    "The whole part of the square root of a binary number, most significant bit first, in half as many bits",
  symbols: "01",
  maxSize: 40,
  suites: {
    random: (size, random) => positive(size, random, uniformText),
    carry: (size, random) =>
      random.integer(2) === 0 ? nearSquare(size, random) : positive(size, random, hardText),
  },
  answer(input) {
    const [bits] = groupsOf(input, /^([01]+)$/, "one bit at least, 0 or 1");
    const value = numberIn(reversed(bits!), 2);
    return reversed(writeNumber(value === 0n ? 0n : rootOf(value), 2, Math.ceil(input.length / 2)));
  },
  about: about("100101"),
};

/** Digits and signs by turns; an even size has one symbol less. */
function alternating(size: number, random: Random, draw: Draw): string {
  const digits = draw("01234", Math.ceil(size / 2), random);
  const signs = draw("+-*", digits.length, random);
  return [...digits].map((digit, i) => i === 0 ? digit : signs[i] + digit).join("");
}

const flat: Problem = {
  name: "modular-arithmetic",
  title: `A sum of products of digits modulo ${MODULUS}; an input has one symbol less than an even size`,
  symbols: "01234+-*",
  maxSize: 40,
  suites: {
    random: (size, random) => alternating(size, random, uniformText),
    carry: (size, random) => alternating(size, random, hardText),
  },
  answer(input) {
    if (!/^[0-4](?:[-+*][0-4])*$/.test(input)) refuse(input, "digits from 0 to 4 with + - * between them");
    // Terms begin at each + and -; the first has no sign.
    const terms = input.match(/[-+]?[0-4](?:\*[0-4])*/g)!;
    const sum = terms.reduce((sum, term) => {
      const product = term.replace(/^[-+]/, "").split("*").reduce(
        (all, digit) => all * Number(digit) % MODULUS,
        1,
      );
      return sum + (term.startsWith("-") ? MODULUS - product : product);
    }, 0);
    return String(sum % MODULUS);
  },
  about: about("0*1+4*3-2"),
};

const brackets: Problem = {
  name: "modular-arithmetic-brackets",
  title: `An expression in brackets modulo ${MODULUS}`,
  symbols: "01234+-*()",
  maxSize: 40,
  suites: {
    random: (size, random) => expressionOf(size, "+-*", random, false),
    carry: (size, random) => expressionOf(size, "+-*", random, true),
  },
  answer(input) {
    const value = /[^-+*()0-4]/.test(input) ? BROKEN : valueOf(input, 0);
    if (value === BROKEN) {
      refuse(input, "digits from 0 to 4 with + - * between them, each operation in brackets");
    }
    return String(value);
  },
  about: about("((1+2)*(4-3))"),
};

/** An expression with an x for one digit, and its value; two symbols or one are too few, and have 0s. */
function equation(size: number, random: Random, hard: boolean): string {
  if (size < 3) return "0".repeat(size);
  const text = expressionOf(size - 2, "+-", random, hard);
  const value = valueOf(text, 0);
  let at = random.integer(text.length);
  while (!/\d/.test(text[at]!)) at = (at + 1) % text.length;
  return `${text.slice(0, at)}x${text.slice(at + 1)}=${value}`;
}

const solving: Problem = {
  name: "solve-equation",
  title: `The x of an equation in brackets modulo ${MODULUS}; one or two 0s alone have the answer 0`,
  symbols: "01234+-()x=",
  maxSize: 40,
  suites: {
    random: (size, random) => equation(size, random, false),
    carry: (size, random) => equation(size, random, true),
  },
  answer(input) {
    if (/^00?$/.test(input)) return "0";
    const expected =
      "an expression of digits from 0 to 4 and one x, with + - and brackets, then = and its value";
    const [left, right] = groupsOf(input, /^([-+()0-4]*x[-+()0-4]*)=([0-4])$/, expected);
    const x = Array.from({ length: MODULUS }, (_, x) => x).find((x) => String(valueOf(left!, x)) === right);
    return String(x ?? refuse(input, expected));
  },
  about: about("(x+2)=1"),
};

/** The problems of numbers. */
export const chomskyNumbers: readonly Problem[] = [...operations, root, flat, brackets, solving];
