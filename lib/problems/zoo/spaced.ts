/**
 * Short problems somewhere in a row of spaces (Price et al.: scopy, sbadd, …). The original has four rows, of which any
 * hold the problem; here there is one, and two rows of digits come by turns.
 */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { type Digits, type Pair, productPairs, randomPair, sumPairs } from "../numbers.ts";
import { tough } from "./pairs.ts";
import { PRICE } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { digitsIn, groupsOf, hardText, numberIn, refuse, uniformText } from "./texts.ts";

/** The space, and the sign before what is to be duplicated. */
const [SPACE, TWICE] = ["_", "#"];

/** What stands among the spaces. */
interface Inner {
  readonly name: string;
  readonly title: string;
  readonly symbols: string;
  /** The fewest symbols of it. */
  readonly least: number;
  readonly example: string;
  draw(length: number, random: Random): string;
  readonly hard: (length: number, random: Random) => string;
  answer(inner: string): string;
}

function texts(name: string, radix: number): Inner[] {
  const symbols = digitsIn(radix);
  const word = radix === 2 ? "bits" : "decimal digits";
  const expected = `symbols of ${symbols} among ${SPACE}`;
  const pattern = new RegExp(`^([${symbols}]+)$`);
  const twice = new RegExp(`^${TWICE}([${symbols}]+)$`);
  const part = (length: number) => Math.floor(length / 2);
  return [
    {
      ...{ name: `${name}copy`, title: `Copying ${word}`, symbols, least: 1, example: "_110" },
      draw: (length, random) => uniformText(symbols, length, random),
      hard: (length, random) => hardText(symbols, length, random),
      answer: (inner) => groupsOf(inner, pattern, expected)[0]!,
    },
    {
      ...{
        name: `${name}dup`,
        title: `Duplicating ${word} after ${TWICE}`,
        symbols: symbols + TWICE,
        least: 2,
      },
      example: "_#11_",
      draw: (length, random) => TWICE + uniformText(symbols, part(length), random),
      hard: (length, random) => TWICE + hardText(symbols, part(length), random),
      answer: (inner) => groupsOf(inner, twice, `${TWICE} and ${expected}`)[0]!.repeat(2),
    },
  ];
}

/** A pair of numbers as a text: one after the other, or digits by turns after the sign. */
type Write = (x: string, y: string, sign: string) => string;

const inTurn: Write = (x, y, sign) => x + sign + y;

const aligned: Write = (x, y, sign) => {
  const width = Math.max(x.length, y.length);
  const [padded, other] = [x.padEnd(width, SPACE), y.padEnd(width, SPACE)];
  return SPACE + sign + [...padded].map((digit, i) => digit + other[i]).join("");
};

/** A number of bits without leading zeros. */
const written = (bits: Digits): string => writeNumber(numberIn(bits.join(""), 2), 2);

/** The two numbers of what {@linkcode Write} wrote; none where it wrote no such text. */
function operandsOf(inner: string, sign: string, write: Write): string[] {
  if (write === inTurn) return inner.split(sign);
  const digits = [...inner.slice(inner.indexOf(sign) + 1)];
  return [0, 1].map((from) => digits.filter((_, i) => i % 2 === from).join("").replaceAll(SPACE, ""));
}

function numbers(name: string, sign: "+" | "*", write: Write, random: Pair, hard: readonly Pair[]): Inner {
  const number = /^(0|[01]*1)$/;
  const order = write === inTurn ? "" : ", digits by turns after the sign";
  const draw = (drawn: Pair) => (length: number, random: Random) => {
    const [x, y] = drawn(Math.floor((length - 1) / 2), 2, random);
    return write(written(x), written(y), sign);
  };
  return {
    name,
    title: `Binary ${
      random === tough ? "sums with long carries" : sign === "+" ? "addition" : "multiplication"
    }${order}`,
    symbols: "01" + sign,
    least: 3,
    example: `${SPACE}${write("101", "01", sign)}${SPACE}`,
    draw: draw(random),
    hard: (length, random) => draw(random.pick(hard))(length, random),
    answer(inner) {
      const [x = "", y = "", ...more] = operandsOf(inner, sign, write);
      if (more.length > 0 || !number.test(x) || !number.test(y)) {
        refuse(inner, `two binary numbers without leading zeros with ${sign}, among ${SPACE}`);
      }
      const [left, right] = [numberIn(x, 2), numberIn(y, 2)];
      return writeNumber(sign === "+" ? left + right : left * right, 2);
    },
  };
}

const INNERS: readonly Inner[] = [
  ...texts("s", 10),
  ...texts("sb", 2),
  numbers("sbadd", "+", inTurn, randomPair, sumPairs),
  numbers("sbaddt", "+", inTurn, tough, sumPairs),
  numbers("sbadde", "+", aligned, randomPair, sumPairs),
  numbers("sbaddet", "+", aligned, tough, sumPairs),
  numbers("sbmul", "*", inTurn, randomPair, productPairs),
  numbers("sbmule", "*", aligned, randomPair, productPairs),
];

function problemOf({ name, title, symbols, least, example, draw, hard, answer }: Inner): Problem {
  const place = (size: number, random: Random, inner: Inner["draw"]) => {
    const text = inner(least + random.integer(size), random);
    const row = Math.max(least + size, text.length + 1);
    const before = random.integer(row - text.length + 1);
    return SPACE.repeat(before) + text.padEnd(row - before, SPACE);
  };
  return {
    name,
    title:
      `${title} somewhere in a row of ${SPACE}; the answer is filled up with ${SPACE} to the row's length`,
    symbols: symbols + SPACE,
    maxSize: 40 - least,
    suites: {
      random: (size, random) => place(size, random, draw),
      carry: (size, random) => place(size, random, hard),
    },
    answer(input) {
      const inner = input.replaceAll(/^_+|_+$/g, "");
      if (inner === "") refuse(input, `something else than ${SPACE}`);
      return answer(inner).padEnd(input.length, SPACE);
    },
    about: { family: "spaced", size: `positions after the first ${least}`, source: PRICE, example },
  };
}

/** The problems among spaces. */
export const spaced: readonly Problem[] = INNERS.map(problemOf);
