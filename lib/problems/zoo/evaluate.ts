/** The value of an expression. */

/** What an expression has for a value that has none: it is malformed, or divides by zero. */
export const ERROR = "error";

/** What signs do, the weaker ones first. */
const LEVELS: readonly Readonly<Record<string, (x: bigint, y: bigint) => bigint>>[] = [
  { "+": (x, y) => x + y, "-": (x, y) => x - y },
  { "*": (x, y) => x * y, "/": dividedDown },
];

/** The quotient, rounded down as in Python. */
function dividedDown(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return quotient * y !== x && (x < 0n) !== (y < 0n) ? quotient - 1n : quotient;
}

/** The number of digits, most significant first. */
function numberOf(digits: string, radix: number): bigint {
  let value = 0n;
  for (const digit of digits) value = value * BigInt(radix) + BigInt(digit);
  return value;
}

/**
 * The value of an expression of digits, signs and brackets, most significant digits first: `*` and `/` before `+` and
 * `-`, from left to right.
 */
export function evaluate(text: string, radix: number): bigint | typeof ERROR {
  const tokens = text.match(/\d+|./g) ?? [];
  let next = 0;
  const part = (level: number): bigint => {
    const signs = LEVELS[level];
    if (signs === undefined) return operand();
    let value = part(level + 1);
    while (Object.hasOwn(signs, tokens[next] ?? "")) {
      const compute = signs[tokens[next++]!]!;
      value = compute(value, part(level + 1));
    }
    return value;
  };
  const operand = (): bigint => {
    const token = tokens[next++] ?? "";
    if (/^\d/.test(token)) return numberOf(token, radix);
    if (token !== "(") throw new RangeError("a number is missing");
    const value = part(0);
    if (tokens[next++] !== ")") throw new RangeError("a bracket is missing");
    return value;
  };
  try {
    const value = part(0);
    return next === tokens.length ? value : ERROR;
  } catch (thrown) {
    if (thrown instanceof RangeError) return ERROR; // of the two above, and of a division by zero
    throw thrown;
  }
}
