import { sumOf, sumSuites } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { KAISER } from "./sources.ts";

/**
 * Decimal addition in the paper's layout of binary addition: least significant digit first, one number after the other,
 * both padded to the same d digits. The sum has d + 1 digits. For 27 + 85 = 112 the input is `72+58` and the target is
 * `211`.
 */
export const add: Problem = {
  name: "add",
  title: "Decimal addition: x+y, least significant digit first",
  symbols: "0123456789+",
  maxSize: 20,
  suites: sumSuites(10),
  answer: (input) => sumOf(input, 10),
  arithmetic: { operator: "+", radix: 10 },
  about: { family: "arithmetic", size: "digits per operand", source: KAISER, example: "72+51" },
};
