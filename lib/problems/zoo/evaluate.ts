/** The value of an expression in any base. */
import { valueOf } from "../fold.ts";
import { numberIn, reversed } from "./texts.ts";

/** What an expression has for a value that has none: it is malformed, or divides by zero. */
export const ERROR = "error";

/** The value of an expression of digits, signs and brackets, most significant digits first. */
export function evaluate(text: string, radix: number): bigint | typeof ERROR {
  const parts = text.match(/\d+|./g) ?? [];
  try {
    return valueOf(parts.map((part) => /^\d/.test(part) ? numberIn(reversed(part), radix) : part));
  } catch (thrown) {
    if (thrown instanceof RangeError) return ERROR;
    throw thrown;
  }
}
