import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
import { option, say, UsageError } from "../errors.ts";
import { checkAlike, weightsOf } from "./ensemble.ts";
import { decodeSymbols, encodeBatch, lengthOf } from "../model/batch.ts";
import type { Model } from "../model/model.ts";
import { shippedModels } from "../model/shipped.ts";
import { BACKEND } from "../engine/option_kinds.ts";
import { MODEL } from "../model/option_kinds.ts";
import {
  checkOptions,
  checkValue,
  FUNCTION,
  type Kind,
  type Kinds,
  listOf,
  optional,
  SIGNAL,
  TEXT,
} from "../checks/options.ts";
import { findProblem } from "../problems/table.ts";

/** What a model says of a sum or a product. */
export interface Solution {
  /** The model's answer; undefined where it did not write a number. */
  readonly answer: bigint | undefined;
  /** The symbols that the model wrote, up to the first PAD: least significant digit first. */
  readonly written: string;
  /** The true answer. */
  readonly truth: bigint;
  /** Whether every position is right, PAD after the answer included. */
  readonly right: boolean;
}

/** How to solve. */
export interface SolveOptions {
  /** The backend; `auto` by default. */
  readonly backend?: BackendChoice | undefined;
  /** Once aborted, `solve` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the share that is done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const OPTIONS: Kinds<SolveOptions> = {
  backend: optional(BACKEND),
  signal: optional(SIGNAL),
  onProgress: optional(FUNCTION),
};

const several = listOf(MODEL, "models");

const MODELS: Kind = {
  words: `${MODEL.words}, or ${several.words}`,
  is: (value) => MODEL.is(value) || several.is(value),
  checkWithin: (action, value) => [value].flat().forEach((model) => MODEL.checkWithin?.(action, model)),
};

/** What people ask for in vain, by what tells it, in the order in which it is looked for. */
const UNSUPPORTED: readonly (readonly [sign: RegExp, words: string])[] = [
  [/\d\.|\.\d/, "decimal points are not supported"],
  [/[/÷:]/, "division is not supported"],
  [/(^|[-−+*×])\s*[-−]\s*\d/, "negative numbers are not supported"],
  [/[-−]/, "subtraction is not supported"],
  [/[+*×]\s*\d[\d\s]*[+*×]/, "more than two numbers are not supported"],
];

/** The operator of a model's problem and its operands, from `123 + 456` or `7 * 8` in decimal. */
export function parseExpression(expression: string): { left: bigint; operator: string; right: bigint } {
  const match = /^\s*(\d+)\s*([+*×])\s*(\d+)\s*$/.exec(expression);
  if (match === null) {
    // Only of what is made of numbers and signs can be said what was meant.
    const meant = /^[\d\s.+*×/÷:−-]+$/.test(expression)
      ? UNSUPPORTED.find(([sign]) => sign.test(expression))
      : undefined;
    const reason = meant === undefined ? "" : `${meant[1]}, `;
    const [given, expected] = [JSON.stringify(expression), "A + B or A * B with whole decimal numbers"];
    throw new UsageError(`Cannot read ${given}: ${reason}expected ${expected}`, {
      code: "wrong_value",
      subject: "expression",
      given,
      expected,
    });
  }
  const [, left, operator, right] = match;
  return { left: BigInt(left!), operator: operator === "×" ? "*" : operator!, right: BigInt(right!) };
}

/** The name of the shipped model that takes an expression by default. Throws a `UsageError` where there is none. */
export function modelFor(expression: string): string {
  const { operator } = parseExpression(expression);
  const name = operator === "+" ? "badd" : "bmul";
  if (shippedModels.includes(name)) return name;
  const reason = `no model of ${name} is shipped for A ${operator} B`;
  const expected = "the path or URL of one";
  throw new UsageError(say`Missing ${option("model")}: ${reason}, expected ${expected}`, {
    code: "missing",
    subject: "model",
    expected,
  });
}

/**
 * Asks a model, or several whose outputs are averaged, for the answer to `expression`, two whole decimal numbers of any
 * length and the sign between them. The operands are padded to the same number of digits, as in training. Throws a
 * `UsageError` where the expression is not one, or the models learned something else.
 */
export async function solve(
  models: Model | readonly Model[],
  expression: string,
  options: SolveOptions = {},
): Promise<Solution> {
  checkValue("solve", "models", models, MODELS);
  checkValue("solve", "expression", expression, TEXT);
  const { backend, signal, onProgress } = checkOptions<SolveOptions>(
    "solve",
    options,
    OPTIONS,
  );
  const all = [models].flat();
  checkAlike(all.map((model, i) => ({ model, name: `model ${i + 1}` })));
  const { left, operator, right } = parseExpression(expression);
  const model = all[0]!;
  const { name, symbols } = model.problem;
  const arithmetic = model.problem.arithmetic ?? findProblem(name)?.arithmetic;
  if (arithmetic?.operator !== operator) {
    const expected = arithmetic ? `A ${arithmetic.operator} B` : "a model of addition or multiplication";
    throw new UsageError(`Cannot solve ${expression.trim()} with a model of ${name}: expected ${expected}`, {
      code: "conflict",
      subject: "expression",
      given: expression.trim(),
      expected,
    });
  }
  const { radix } = arithmetic;
  const size = Math.max(left.toString(radix).length, right.toString(radix).length);
  const truth = operator === "+" ? left + right : left * right;
  const digits = (value: bigint, count: number) =>
    [...value.toString(radix).padStart(count, "0")].reverse().join("");
  const example = {
    size,
    input: digits(left, size) + operator + digits(right, size),
    target: digits(truth, operator === "+" ? size + 1 : 2 * size),
  };
  const engine = await startEngine({ backend, workers: 1 });
  const weights = all.map(weightsOf);
  for (const { network } of weights) engine.checkInferenceFits(network, lengthOf(example));
  const batch = encodeBatch(symbols, [example], { extraSteps: model.configuration.extra_steps });
  const numbers = await engine.predict(weights, batch, { signal, onProgress });
  const written = decodeSymbols(symbols, numbers);
  return {
    answer: readDigits([...written].reverse().join(""), radix),
    written,
    truth,
    right: batch.target.every((number, k) => number === numbers[k]),
  };
}

function readDigits(text: string, radix: number): bigint | undefined {
  const digits = [...text].map((digit) => parseInt(digit, radix));
  if (digits.length === 0 || digits.some(Number.isNaN)) return undefined;
  return digits.reduce((value, digit) => value * BigInt(radix) + BigInt(digit), 0n);
}
