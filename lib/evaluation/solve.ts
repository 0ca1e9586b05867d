import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
import { option, say, UsageError } from "../errors.ts";
import { checkAlike, MODELS, weightsOf } from "./ensemble.ts";
import { decodeSymbols, encodeBatch, lengthOf } from "../model/batch.ts";
import type { Model } from "../model/model.ts";
import { shippedModels } from "../model/shipped.ts";
import { BACKEND } from "../engine/option_kinds.ts";
import { checkOptions, checkValue, FUNCTION, type Kinds, optional, SIGNAL, TEXT } from "../checks/options.ts";
import type { Arithmetic, Problem } from "../problems/problem.ts";
import { PROBLEM } from "../problems/option_kinds.ts";
import { answerOf, problemOf } from "./questions.ts";
import { findProblem } from "../problems/table.ts";

/** Result of {@linkcode solve}. */
export interface Solution {
  /** The model's answer as a number; undefined where what it wrote is none. */
  readonly answer: bigint | undefined;
  /** The symbols that the model wrote, up to the first padding: digits in the problem's base, least significant first. */
  readonly written: string;
  /** The true answer. */
  readonly truth: bigint;
  /** Whether every position is right, padding after the answer included; where no problem is known, whether the number is. */
  readonly right: boolean;
}

/** Options of {@linkcode solve}. */
export interface SolveOptions {
  /** Problem that knows the right answers; by default the one of {@linkcode problems} of the model's name and alphabet. */
  readonly problem?: Problem | undefined;
  /**
   * Backend to compute on.
   *
   * @default {"auto"}
   */
  readonly backend?: BackendChoice | undefined;
  /** Signal that ends the computation: `solve` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with the share of the computation that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const OPTIONS: Kinds<SolveOptions> = {
  problem: optional(PROBLEM),
  backend: optional(BACKEND),
  signal: optional(SIGNAL),
  onProgress: optional(FUNCTION),
};

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

/** The operator of a model's problem and its operands, from `123 + 456`, `9 - 5` or `7 * 8` in decimal. */
export function parseExpression(expression: string): { left: bigint; operator: string; right: bigint } {
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

/** The operation and number base of what a model learned, where that is one of two numbers. */
export function arithmeticOf({ problem }: Model): Arithmetic | undefined {
  return problem.arithmetic ?? findProblem(problem.name)?.arithmetic;
}

/** What shipped models do. */
const SHIPPED: Readonly<Record<string, string>> = { "+": "badd", "*": "bmul" };

/** The name of the shipped model that takes an expression by default. Throws a `UsageError` where there is none. */
export function modelFor(expression: string): string {
  const { operator } = parseExpression(expression);
  const name = SHIPPED[operator];
  if (name !== undefined && shippedModels.includes(name)) return name;
  const expected = say`${option("model")} with one that does`;
  throw new UsageError(
    say`Cannot solve ${expression.trim()}: no shipped model computes A ${operator} B, expected ${expected}`,
    { code: "missing", subject: "model", expected },
  );
}

/**
 * Computes a sum, a difference or a product with a model, or with several whose outputs are averaged. The numbers are written in the
 * base of the model's problem and padded with zeros to the same number of digits, as in training.
 *
 * @param models One model of such an operation, or several.
 * @param expression Two whole decimal numbers of any length with `+`, `-`, `*` or `×` between them, such as `123 + 456`.
 * @param options Options.
 * @returns The answer of the model and the true one.
 * @throws {UsageError} If the expression is not of that form, is not what the models have learned, or has a negative
 * answer.
 * @throws {RunError} If the backend cannot start or fails, or the computation does not fit in memory.
 *
 * @example Usage
 * ```ts
 * import { loadModel, solve } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const { answer, right } = await solve(await loadModel("badd"), "123456789 + 987654321", { backend: "wasm" });
 * assertEquals(answer, 1111111110n);
 * assertEquals(right, true);
 * ```
 */
export async function solve(
  models: Model | readonly Model[],
  expression: string,
  options: SolveOptions = {},
): Promise<Solution> {
  checkValue("solve", "models", models, MODELS);
  checkValue("solve", "expression", expression, TEXT);
  const { problem: given, backend, signal, onProgress } = checkOptions<SolveOptions>(
    "solve",
    options,
    OPTIONS,
  );
  const all = [models].flat();
  checkAlike(all);
  const { left, operator, right: second } = parseExpression(expression);
  const model = all[0]!;
  const { name, symbols } = model.problem;
  const arithmetic = arithmeticOf(model);
  if (arithmetic?.operator !== operator) {
    const expected = arithmetic ? `A ${arithmetic.operator} B` : "a model of two numbers";
    throw new UsageError(`Cannot solve ${expression.trim()} with a model of ${name}: expected ${expected}`, {
      code: "conflict",
      subject: "expression",
      given: expression.trim(),
      expected,
    });
  }
  const truth = RESULTS[operator]!(left, second);
  if (truth < 0n) {
    const expected = "a first number that is not smaller than the second";
    throw new UsageError(`Cannot solve ${expression.trim()}: the answer is negative, expected ${expected}`, {
      code: "wrong_value",
      subject: "expression",
      given: expression.trim(),
      expected,
    });
  }
  const { radix } = arithmetic;
  const operands = [left, second].map((value) => value.toString(radix));
  const size = Math.max(...operands.map(({ length }) => length));
  const input = operands.map((digits) => [...digits.padStart(size, "0")].reverse().join("")).join(operator);
  const problem = problemOf(model.problem, given);
  const target = problem && answerOf(problem, input);
  const example = { size, input, target: target ?? "" };
  const engine = await startEngine({ backend, workers: 1 });
  const weights = all.map(weightsOf);
  for (const { network } of weights) engine.checkInferenceFits(network, lengthOf(example));
  const batch = encodeBatch(symbols, [example], { extraSteps: model.configuration.extra_steps });
  const numbers = await engine.predict(weights, batch, { signal, onProgress });
  const written = decodeSymbols(symbols, numbers);
  const answer = readDigits([...written].reverse().join(""), radix);
  const right = target === undefined
    ? answer === truth
    : batch.target.every((number, k) => number === numbers[k]);
  return { answer, written, truth, right };
}

function readDigits(text: string, radix: number): bigint | undefined {
  const digits = [...text].map((digit) => parseInt(digit, radix));
  if (digits.length === 0 || digits.some(Number.isNaN)) return undefined;
  return digits.reduce((value, digit) => value * BigInt(radix) + BigInt(digit), 0n);
}
