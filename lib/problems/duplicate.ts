import { bitsOf, bitSuites } from "./bits.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Duplicating bits, as in the paper: the target is the input twice, x ↦ xx, so that the length n is that of the target.
 * For the input `110` the target is `110110`.
 */
export const duplicate: Problem = {
  name: "duplicate",
  title: "Duplicating a string of bits: x becomes xx",
  symbols: "01",
  maxSize: 20,
  suites: bitSuites,
  answer: (input) => bitsOf(input).join("").repeat(2),
  about: { family: "sequences", size: "symbols", source: KAISER, example: "110" },
};
