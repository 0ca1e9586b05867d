import { productOf, productSuites } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Decimal multiplication in the paper's layout of binary multiplication: least significant digit first, one number after
 * the other, both padded to the same d digits. The product has 2d digits. For 27 · 35 = 945 the input is `72*53` and the
 * target is `5490`.
 */
export const mul: Problem = {
  name: "mul",
  title: "Decimal multiplication: x*y, least significant digit first",
  symbols: "0123456789*",
  maxSize: 20,
  suites: productSuites(10),
  answer: (input) => productOf(input, 10),
  arithmetic: { operator: "*", radix: 10 },
  about: { family: "arithmetic", size: "digits per operand", source: KAISER, example: "72*51" },
};
