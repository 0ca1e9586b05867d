import { bitsOf, bitSuites } from "./bits.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Sorting bits, which the paper calls counting: all 0s come first, then all 1s, so that the place where they meet tells
 * how many there are of each. For the input `1101` the target is `0111`.
 */
export const sort: Problem = {
  name: "sort",
  title: "Sorting a string of bits: 0s first, then 1s",
  symbols: "01",
  maxSize: 40,
  suites: bitSuites,
  answer: (input) => bitsOf(input).sort().join(""),
  about: { family: "sequences", size: "symbols", source: KAISER, example: "1101" },
};
