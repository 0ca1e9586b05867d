/** Numbers in a row with one sign between them, as problems of one operation have them. */
import { readNumber, writeNumber } from "./digits.ts";
import type { Expression } from "./fold.ts";
import type { Arithmetic, Notation } from "./problem.ts";

/**
 * The notation of `count` numbers, or of any count: least significant digit first, padded with zeros to as many digits,
 * as in training.
 */
export function rowNotation({ operator, radix }: Arithmetic, count?: number): Notation {
  const form = count === undefined
    ? `numbers with ${operator} between them`
    : [..."ABC"].slice(0, count).join(` ${operator} `);
  return {
    radix,
    form,
    write(expression) {
      const numbers = expression.filter((part) => typeof part === "bigint");
      const hasOthers = expression.some((part) => typeof part === "string" && part !== operator);
      if (hasOthers || numbers.length !== (count ?? numbers.length)) return undefined;
      const width = Math.max(...numbers.map((number) => number.toString(radix).length));
      return numbers.map((number) => writeNumber(number, radix, width)).join(operator);
    },
  };
}

/** The expression that an input of a problem of two numbers means; undefined where it is not two numbers. */
export function readRow(input: string, { operator, radix }: Arithmetic): Expression | undefined {
  const [left, right, ...more] = input.split(operator).map((digits) => readNumber(digits, radix));
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  return [left, operator, right];
}
