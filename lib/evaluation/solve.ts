import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
import { option, say, UsageError } from "../errors.ts";
import { ASKED, type Asked, checkAsked, extraStepsOf, learnedBy, runnableOf } from "./asked.ts";
import { decodeSymbols, encodeBatch, lengthOf } from "../model/batch.ts";
import { shippedModels } from "../model/shipped.ts";
import { BACKEND } from "../engine/option_kinds.ts";
import { checkOptions, checkValue, FUNCTION, type Kinds, optional, SIGNAL, TEXT } from "../checks/options.ts";
import { readNumber } from "../problems/digits.ts";
import { parseExpression, showExpression } from "../problems/expression.ts";
import type { Problem } from "../problems/problem.ts";
import { PROBLEM } from "../problems/option_kinds.ts";
import { answerOf, problemOf } from "./questions.ts";
import { notationOf, translate } from "./translate.ts";

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

/** The kinds of the options. */
export const SOLVE_OPTIONS: Kinds<SolveOptions> = {
  problem: optional(PROBLEM),
  backend: optional(BACKEND),
  signal: optional(SIGNAL),
  onProgress: optional(FUNCTION),
};

/** What shipped models do. */
const SHIPPED: Readonly<Record<string, string>> = { "+": "badd", "*": "bmul" };

/** The names of the shipped models that compute an expression, by sign. Throws a `UsageError` where there are none. */
export function shippedFor(text: string): Readonly<Record<string, string>> {
  const expression = parseExpression(text);
  const signs = expression.filter((part): part is string => typeof part === "string" && !"()".includes(part));
  const given = showExpression(expression);
  const unknown = signs.find((sign) => !shippedModels.includes(SHIPPED[sign] ?? ""));
  if (unknown !== undefined) {
    const expected = say`${option("model")} with one that does`;
    throw new UsageError(
      say`Cannot solve ${given}: no shipped model computes A ${unknown} B, expected ${expected}`,
      { code: "missing", subject: "model", expected },
    );
  }
  if (signs.length > 0) return Object.fromEntries(signs.map((sign) => [sign, SHIPPED[sign]!]));
  const expected = "one such as 12 + 34";
  throw new UsageError(`Cannot solve ${given}: it has no operation, expected ${expected}`, {
    code: "wrong_value",
    subject: "expression",
    given,
    expected,
  });
}

/**
 * Computes an expression with a model, or with several whose outputs are averaged. It is written in the base of the model's
 * problem and as the model met it in training: two numbers are padded with zeros to the same number of digits, say, and an
 * expression of the problem `bexpr` begins with its last digit. {@linkcode calculate} takes the models of single
 * operations for an expression of several.
 *
 * @param models One model of a problem of whole numbers, several, or an automaton.
 * @param expression An expression of whole decimal numbers of any length that the problem has, such as `123 + 456` or, for
 * `bexpr`, `12 + 3 * 4`.
 * @param options Options.
 * @returns The answer of the model and the true one.
 * @throws {UsageError} If it is no expression, the problem does not have it, its answer is negative, or it divides by zero.
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
    SOLVE_OPTIONS,
  );
  checkAsked(models);
  const learned = learnedBy(models);
  const { symbols } = learned;
  const problem = problemOf(learned, given);
  const { input, value, radix } = translate(expression, learned, notationOf(learned, problem));
  const target = problem && answerOf(problem, input);
  const example = { size: 0, input, target: target ?? "" };
  const engine = await startEngine({ backend, workers: 1 });
  const runnable = runnableOf(models);
  engine.checkInferenceFits(runnable, lengthOf(example));
  const batch = encodeBatch(symbols, [example], { extraSteps: extraStepsOf(models) });
  const numbers = await engine.predict(runnable, batch, { signal, onProgress });
  const written = decodeSymbols(symbols, numbers);
  const answer = readNumber(written, radix);
  const truth = readNumber(target ?? "", radix) ?? value;
  const right = target === undefined
    ? answer === truth
    : batch.target.every((number, k) => number === numbers[k]);
  return { answer, written, truth, right };
}
