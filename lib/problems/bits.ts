/** Problems of one string of bits. */

import type { Random } from "../random.ts";
import { runs } from "./numbers.ts";
import type { Problem } from "./problem.ts";

/** Draws bits that are nearly all equal: the share of the others is drawn from 0 to 1/8. */
function biased(size: number, random: Random): string {
  const common = random.integer(2);
  const share = random.uniform() / 8;
  return Array.from({ length: size }, () => random.uniform() < share ? 1 - common : common).join("");
}

/** The suites of every problem of one string of bits: `random`, and `carry` with runs and heavily biased bits. */
export const bitSuites: Problem["suites"] = {
  random: (size, random) => Array.from({ length: size }, () => random.integer(2)).join(""),
  carry: (size, random) => random.integer(2) === 0 ? runs(size, 2, random).join("") : biased(size, random),
};

/** The bits of `input`. Throws a `RangeError` where it is anything else. */
export function bitsOf(input: string): string[] {
  if (!/^[01]+$/.test(input)) {
    throw new RangeError(`Cannot compute ${JSON.stringify(input)}: expected at least one bit, 0 or 1`);
  }
  return [...input];
}
