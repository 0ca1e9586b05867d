/** What an expression comes to, operation by operation. */

/** The numbers of an expression, its signs `+`, `-`, `*` and `/`, and its brackets, in the usual order. */
export type Expression = readonly (bigint | string)[];

/** What the operations are. */
const OPERATIONS: Readonly<Record<string, (x: bigint, y: bigint) => bigint>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": dividedDown,
};

/** How strongly signs bind; a bracket that is open holds back all of them. */
const STRENGTHS: Readonly<Record<string, number>> = { "(": 0, "+": 1, "-": 1, "*": 2, "/": 2 };

/** The quotient, rounded down as in Python. */
function dividedDown(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return quotient * y !== x && (x < 0n) !== (y < 0n) ? quotient - 1n : quotient;
}

/**
 * Computes an expression, `*` and `/` before `+` and `-` and otherwise from left to right: each number by `operand`, then
 * each operation by `operation`, in the order in which one computes them. Throws a `RangeError` with the reason where
 * the expression is malformed. It does not recurse, because brackets may be nested as deep as an input is long.
 */
export function fold<T>(
  expression: Expression,
  operand: (number: bigint) => T,
  operation: (sign: string, x: T, y: T) => T,
): T {
  const values: T[] = [];
  const open: string[] = []; // the brackets, and the signs whose right side is not complete
  let isNumberNext = true;
  const computeFrom = (strength: number): void => {
    while (open.length > 0 && STRENGTHS[open.at(-1)!]! >= strength) {
      const [y, x] = [values.pop()!, values.pop()!];
      values.push(operation(open.pop()!, x, y));
    }
  };
  for (const part of expression) {
    const isNumber = typeof part === "bigint";
    if (isNumberNext !== (isNumber || part === "(")) {
      throw new RangeError(isNumberNext ? "a number is missing" : "a sign is missing");
    }
    if (isNumber) {
      values.push(operand(part));
      isNumberNext = false;
    } else if (part === "(") {
      open.push(part);
    } else if (part === ")") {
      computeFrom(1);
      if (open.pop() === undefined) throw new RangeError("a bracket is missing");
    } else {
      computeFrom(STRENGTHS[part]!);
      open.push(part);
      isNumberNext = true;
    }
  }
  if (isNumberNext) throw new RangeError("a number is missing");
  computeFrom(1);
  if (open.length > 0) throw new RangeError("a bracket is missing");
  return values[0]!;
}

/** The value of an expression. Throws a `RangeError` where it is malformed or divides by zero. */
export function valueOf(expression: Expression): bigint {
  return fold(expression, (number) => number, (sign, x, y) => OPERATIONS[sign]!(x, y));
}
