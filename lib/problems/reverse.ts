import { bitsOf, bitSuites } from "./bits.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/** Reversing bits, as in the paper: the last one comes first. For the input `1101` the target is `1011`. */
export const reverse: Problem = {
  name: "reverse",
  title: "Reversing a string of bits",
  symbols: "01",
  maxSize: 40,
  suites: bitSuites,
  answer: (input) => bitsOf(input).reverse().join(""),
  about: { family: "sequences", size: "symbols", source: KAISER, example: "1101" },
};
