import { productOf, productSuites } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Binary multiplication, as in the paper: least significant bit first, one number after the other, both padded to the
 * same d bits. The product has 2d bits. For 6 · 10 = 60 the input is `0110*0101` and the target is `00111100`.
 */
export const bmul: Problem = {
  name: "bmul",
  title: "Binary multiplication: x*y, least significant bit first",
  symbols: "01*",
  maxSize: 20,
  suites: productSuites(2),
  answer: (input) => productOf(input, 2),
  arithmetic: { operator: "*", radix: 2 },
  about: { family: "arithmetic", size: "digits per operand", source: KAISER, example: "0110*0101" },
};
