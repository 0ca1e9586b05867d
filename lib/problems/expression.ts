/** Expressions as people write them, in decimal. */
import { UsageError } from "../errors.ts";
import { type Expression, fold } from "./fold.ts";

/** What is not supported, each with the pattern by which it is recognised, in the order of the tests. */
const UNSUPPORTED: readonly (readonly [sign: RegExp, words: string])[] = [
  [/\d\.|\.\d/, "decimal points are not supported"],
  [/(^|[-−+*×/÷:(])\s*[-−]\s*\d/, "negative numbers are not supported"],
];

/** The signs that are written in several ways, each as a problem has it. */
const SIGNS: Readonly<Record<string, string>> = { "×": "*", "−": "-", "÷": "/", ":": "/" };

/** The numbers, signs and brackets of a text; what is wrong with it where it is no expression, empty where it is none at all. */
function partsOf(text: string): Expression | string {
  // The reason is only told for texts of numbers, signs and brackets, as others may mean anything.
  if (!/^[\d\s.+*×/÷:()−-]+$/.test(text)) return "";
  const meant = UNSUPPORTED.find(([sign]) => sign.test(text));
  if (meant !== undefined) return meant[1];
  if (text.includes(".")) return "";
  const parts = (text.match(/\d+|\S/g) ?? []).map((part) =>
    /^\d/.test(part) ? BigInt(part) : SIGNS[part] ?? part
  );
  try {
    fold(parts, () => {}, () => {});
    return parts;
  } catch (thrown) {
    if (thrown instanceof RangeError) return thrown.message;
    throw thrown;
  }
}

/** Whether a text is an expression that {@linkcode parseExpression} reads, and more than a number. */
export function isExpression(text: string): boolean {
  const parts = partsOf(text);
  return typeof parts !== "string" && parts.length > 1;
}

/** The parts of an expression such as `123 + 456` or `9 * (5 - 3)` in decimal. Throws a `UsageError` where it is none. */
export function parseExpression(text: string): Expression {
  const parts = partsOf(text);
  if (typeof parts !== "string") return parts;
  const [given, expected] = [
    JSON.stringify(text),
    "whole decimal numbers with + - * / between them, such as 12 + 34",
  ];
  throw new UsageError(`Cannot read ${given}: ${parts === "" ? "" : `${parts}, `}expected ${expected}`, {
    code: "wrong_value",
    subject: "expression",
    given,
    expected,
  });
}

/** An expression as people write it. */
export function showExpression(expression: Expression): string {
  return expression.join(" ").replaceAll("( ", "(").replaceAll(" )", ")");
}
