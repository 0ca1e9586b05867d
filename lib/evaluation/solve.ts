import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
import { option, say, UsageError } from "../errors.ts";
import { ASKED, type Asked, checkAsked, extraStepsOf, learnedBy, runnableOf } from "./asked.ts";
import { decodeSymbols, encodeBatch, lengthOf } from "../model/batch.ts";
import { shippedModels } from "../model/shipped.ts";
import { BACKEND } from "../engine/option_kinds.ts";
import { checkOptions, checkValue, FUNCTION, type Kinds, optional, SIGNAL, TEXT } from "../checks/options.ts";
import { parseExpression, readNumber, valueOf, writeExpression } from "../problems/expression.ts";
import type { Problem } from "../problems/problem.ts";
import { PROBLEM } from "../problems/option_kinds.ts";
import { answerOf, arithmeticOf, problemOf } from "./questions.ts";

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
 * @param models One model of such an operation, several, or an automaton.
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
  models: Asked,
  expression: string,
  options: SolveOptions = {},
): Promise<Solution> {
  checkValue("solve", "models", models, ASKED);
  checkValue("solve", "expression", expression, TEXT);
  const { problem: given, backend, signal, onProgress } = checkOptions<SolveOptions>(
    "solve",
    options,
    OPTIONS,
  );
  checkAsked(models);
  const asked = parseExpression(expression);
  const learned = learnedBy(models);
  const { name, symbols } = learned;
  const arithmetic = arithmeticOf({ problem: learned });
  if (arithmetic?.operator !== asked.operator) {
    const expected = arithmetic ? `A ${arithmetic.operator} B` : "a model of two numbers";
    throw new UsageError(`Cannot solve ${expression.trim()} with a model of ${name}: expected ${expected}`, {
      code: "conflict",
      subject: "expression",
      given: expression.trim(),
      expected,
    });
  }
  const truth = valueOf(asked);
  const { radix } = arithmetic;
  const { size, input } = writeExpression(asked, radix);
  const problem = problemOf(learned, given);
  const target = problem && answerOf(problem, input);
  const example = { size, input, target: target ?? "" };
  const engine = await startEngine({ backend, workers: 1 });
  const runnable = runnableOf(models);
  engine.checkInferenceFits(runnable, lengthOf(example));
  const batch = encodeBatch(symbols, [example], { extraSteps: extraStepsOf(models) });
  const numbers = await engine.predict(runnable, batch, { signal, onProgress });
  const written = decodeSymbols(symbols, numbers);
  const answer = readNumber(written, radix);
  const right = target === undefined
    ? answer === truth
    : batch.target.every((number, k) => number === numbers[k]);
  return { answer, written, truth, right };
}
