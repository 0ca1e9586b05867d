import { bitsOf, bitSuites } from "./bits.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/** Copying bits, as in the paper: the target is the input. For the input `1101` the target is `1101`. */
export const copy: Problem = {
  name: "copy",
  title: "Copying a string of bits",
  symbols: "01",
  maxSize: 40,
  suites: bitSuites,
  answer: (input) => bitsOf(input).join(""),
  about: { family: "sequences", size: "symbols", source: KAISER, example: "1101" },
};
