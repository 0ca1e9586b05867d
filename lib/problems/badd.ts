import { sumOf, sumSuites } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Binary addition, as in the paper: least significant bit first, one number after the other. The operands
 * are not aligned, which would make addition a regular language, and are padded to the same d bits, so that n = 2d + 1.
 * The sum has d + 1 bits. For 5 + 14 = 19 the input is `1010+0111` and the target is `11001`.
 */
export const badd: Problem = {
  name: "badd",
  title: "Binary addition: x+y, least significant bit first",
  symbols: "01+",
  maxSize: 20,
  suites: sumSuites(2),
  answer: (input) => sumOf(input, 2),
  arithmetic: { operator: "+", radix: 2 },
  about: { family: "arithmetic", size: "digits per operand", source: KAISER, example: "1010+0111" },
};
