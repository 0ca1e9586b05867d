/** Problems of bits that local rules solve, and the decimal product in coded digits. */
import { productOf, productSuites } from "../numbers.ts";
import type { Problem } from "../problem.ts";
import { DNGPU } from "../sources.ts";
import { groupsOf, hardText, refuse, uniformText } from "./texts.ts";

/** Whether the number of ones is odd, after each bit. */
function runningParity(input: string): string {
  let odd = 0;
  return [...input].map((bit) => odd ^= Number(bit)).join("");
}

/** The row after some steps of rule 110: a cell is 1 unless it and its right neighbour are 0, or all three are 1. */
function rule110(input: string, steps: number): string {
  const all = (1n << BigInt(input.length)) - 1n;
  let row = BigInt(`0b${input}`); // shifted to the left it has the right neighbours, and to the right the left ones
  for (let i = 0; i < steps; i++) row = (row | row << 1n) & ~(row & row << 1n & row >> 1n) & all;
  return row.toString(2).padStart(input.length, "0");
}

const RULE_110 = "Wolfram 1983, Statistical mechanics of cellular automata";

/** What is done with bits. */
const RULES = [
  {
    ...{
      name: "parity",
      title: "Whether the number of ones is odd",
      source: "Minsky & Papert 1969, Perceptrons",
      size: "bits",
    },
    answer: (input: string) => runningParity(input).at(-1)!,
  },
  {
    name: "prefix-sums",
    title: "The parity of the ones up to each bit",
    source: "Schwarzschild et al. 2021, arXiv 2106.04537",
    size: "bits",
    answer: runningParity,
  },
  {
    name: "rule110-step",
    title: "A row of rule 110 after one step, with 0 beyond both ends",
    source: RULE_110,
    size: "cells",
    answer: (input: string) => rule110(input, 1),
  },
  {
    name: "rule110",
    title: "A row of rule 110 after as many steps as it has cells, with 0 beyond both ends",
    source: RULE_110,
    size: "cells",
    answer: (input: string) => rule110(input, input.length),
  },
];

const rules: Problem[] = RULES.map(({ name, title, source, size, answer }) => ({
  name,
  title,
  symbols: "01",
  maxSize: 40,
  suites: {
    random: (size, random) => uniformText("01", size, random),
    carry: (size, random) => hardText("01", size, random),
  },
  answer: (input) => answer(groupsOf(input, /^([01]+)$/, "one bit at least, 0 or 1")[0]!),
  about: { family: "cells", size, source, example: "000110" },
}));

/** A decimal digit in four bits, the least significant first; the last has 2 or 3 for 0 and 1, which marks its end. */
const coded = (digits: string): string =>
  digits.replaceAll(/\d/g, (digit) => {
    const value = Number(digit);
    return `${value & 1}${(value >> 1) & 1}${(value >> 2) & 1}${2 + (value >> 3)}`;
  });

/** The digits that {@linkcode coded} wrote. */
const decoded = (bits: string): string =>
  bits.replaceAll(
    /([01])([01])([01])([23])/g,
    (_, a, b, c, d) => String(Number(a) + 2 * Number(b) + 4 * Number(c) + 8 * (Number(d) - 2)),
  );

const { random, carry } = productSuites(10) as Required<ReturnType<typeof productSuites>>;

/** The product of binary-coded decimals. */
const mulbcd: Problem = {
  name: "mulbcd",
  title: "Decimal multiplication, each digit as four bits, of which the last is 2 or 3 for 0 and 1",
  symbols: "0123*",
  maxSize: 5,
  suites: {
    random: (size, source) => coded(random!(size, source)),
    carry: (size, source) => coded(carry!(size, source)),
  },
  answer(input) {
    const expected = "two numbers of equal length with * between them, digits from 0 to 9 as 0002 to 1003";
    const digits = /^(?:[01]{3}[23])+\*(?:[01]{3}[23])+$/.test(input)
      ? decoded(input)
      : refuse(input, expected);
    const [x, y] = digits.split("*") as [string, string];
    if (x.length !== y.length || digits.length !== 2 * x.length + 1) refuse(input, expected);
    return coded(productOf(digits, 10));
  },
  about: {
    family: "arithmetic",
    size: "decimal digits per operand",
    source: DNGPU,
    example: "11120012*10121002",
  },
};

/** The problems of bits, and of bits that are digits. */
export const cells: readonly Problem[] = [...rules, mulbcd];
