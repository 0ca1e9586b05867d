/** Sums, differences and products as people write them, in decimal, and as the problems have them. */
import { UsageError } from "../errors.ts";
import type { Arithmetic } from "./problem.ts";

/** Two numbers and the sign between them, as the problems have it. */
export interface Expression {
  readonly left: bigint;
  readonly operator: string;
  readonly right: bigint;
}

/** Expressions that are not supported, each with the pattern by which it is recognised, in the order of the tests. */
const UNSUPPORTED: readonly (readonly [sign: RegExp, words: string])[] = [
  [/\d\.|\.\d/, "decimal points are not supported"],
  [/[/÷:]/, "division is not supported"],
  [/(^|[-−+*×])\s*[-−]\s*\d/, "negative numbers are not supported"],
  [/[-−+*×]\s*\d[\d\s]*[-−+*×]/, "more than two numbers are not supported"],
];

const EXPRESSION = /^\s*(\d+)\s*([-−+*×])\s*(\d+)\s*$/;

/** The signs that are written in several ways, each as a problem has it. */
const SIGNS: Readonly<Record<string, string>> = { "×": "*", "−": "-" };

/** What the operations are. */
const RESULTS: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
};

/** Whether a text is an expression that {@linkcode parseExpression} reads. */
export function isExpression(text: string): boolean {
  return EXPRESSION.test(text);
}

/** The operator of a problem and its operands, from `123 + 456`, `9 - 5` or `7 * 8` in decimal. */
export function parseExpression(expression: string): Expression {
  const match = EXPRESSION.exec(expression);
  if (match === null) {
    // The reason is only told for texts of numbers and signs, as others may mean anything.
    const meant = /^[\d\s.+*×/÷:−-]+$/.test(expression)
      ? UNSUPPORTED.find(([sign]) => sign.test(expression))
      : undefined;
    const reason = meant === undefined ? "" : `${meant[1]}, `;
    const [given, expected] = [
      JSON.stringify(expression),
      "A + B, A - B or A * B with whole decimal numbers",
    ];
    throw new UsageError(`Cannot read ${given}: ${reason}expected ${expected}`, {
      code: "wrong_value",
      subject: "expression",
      given,
      expected,
    });
  }
  const [left, sign, right] = match.slice(1) as [string, string, string];
  return { left: BigInt(left), operator: SIGNS[sign] ?? sign, right: BigInt(right) };
}

/** What an expression yields. Throws a `UsageError` where that is negative. */
export function valueOf({ left, operator, right }: Expression): bigint {
  const value = RESULTS[operator]!(left, right);
  if (value >= 0n) return value;
  const [given, expected] = [
    `${left} ${operator} ${right}`,
    "a first number that is not smaller than the second",
  ];
  throw new UsageError(`Cannot solve ${given}: the answer is negative, expected ${expected}`, {
    code: "wrong_value",
    subject: "expression",
    given,
    expected,
  });
}

/** Writes both numbers in a base, least significant digit first, padded with zeros to as many digits, as in training. */
export function writeExpression(
  { left, operator, right }: Expression,
  radix: number,
): { readonly size: number; readonly input: string } {
  const operands = [left, right].map((value) => value.toString(radix));
  const size = Math.max(...operands.map(({ length }) => length));
  return {
    size,
    input: operands.map((digits) => [...digits.padStart(size, "0")].reverse().join("")).join(operator),
  };
}

/** The number that digits mean, least significant first; undefined where they are none. */
export function readNumber(written: string, radix: number): bigint | undefined {
  const digits = [...written].map((digit) => parseInt(digit, radix));
  if (digits.length === 0 || digits.some(Number.isNaN)) return undefined;
  return digits.reduceRight((value, digit) => value * BigInt(radix) + BigInt(digit), 0n);
}

/** The expression that an input of a problem means; undefined where it is not two numbers. */
export function readExpression(input: string, { operator, radix }: Arithmetic): Expression | undefined {
  const [left, right, ...more] = input.split(operator).map((digits) => readNumber(digits, radix));
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  return { left, operator, right };
}
