import { checkOptions, checkValue, OBJECT, TEXT } from "../checks/options.ts";
import { parseExpression } from "../problems/expression.ts";
import { fold } from "../problems/fold.ts";
import { ASKED, type Asked } from "./asked.ts";
import { type Solution, solve, SOLVE_OPTIONS, type SolveOptions } from "./solve.ts";
import { checkedValueOf } from "./translate.ts";

/** An operation of {@linkcode calculate}. */
export interface CalculationStep extends Solution {
  /** The two numbers and the sign between them, such as `12 + 3`. */
  readonly expression: string;
  /** The sign. */
  readonly sign: string;
}

/** Result of {@linkcode calculate}. */
export interface Calculation {
  /** The models' answer; undefined where what a model wrote is no number, with which nothing was computed further. */
  readonly answer: bigint | undefined;
  /** The true answer. */
  readonly truth: bigint;
  /** Whether every position of every operation is right. */
  readonly right: boolean;
  /** The operations, in the order in which they were computed. */
  readonly steps: readonly CalculationStep[];
}

/** Options of {@linkcode calculate}. */
export type CalculateOptions = Omit<SolveOptions, "problem">;

const { problem: _, ...OPTIONS } = SOLVE_OPTIONS;

/** A number that is given, or computed by then. */
type Operand = () => bigint;

/** An operation that is to be computed. */
interface Planned {
  readonly sign: string;
  readonly x: Operand;
  readonly y: Operand;
}

/**
 * Computes an expression with models, one operation at a time: `*` before `+` and `-`, and otherwise from left to right.
 * What a model answers goes on, right or wrong.
 *
 * @param models By the sign of its operation: a model, several whose outputs are averaged, or an automaton.
 * @param expression An expression of whole decimal numbers of any length, such as `12 + 3 * (4 + 5)`.
 * @param options Options.
 * @returns The answer of the models, the true one, and all operations.
 * @throws {UsageError} If it is no expression, has a sign that none of the models computes, or an operation has a negative
 * answer.
 * @throws {RunError} If the backend cannot start or fails, or the computation does not fit in memory.
 *
 * @example Usage
 * ```ts
 * import { calculate, loadModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const models = { "+": await loadModel("badd"), "*": await loadModel("bmul") };
 * const { answer, right, steps } = await calculate(models, "12 + 3 * 4", { backend: "wasm" });
 * assertEquals(steps.map(({ expression, answer }) => `${expression} = ${answer}`), ["3 * 4 = 12", "12 + 12 = 24"]);
 * assertEquals([answer, right], [24n, true]);
 * ```
 */
export async function calculate(
  models: Readonly<Record<string, Asked>>,
  expression: string,
  options: CalculateOptions = {},
): Promise<Calculation> {
  checkValue("calculate", "models", models, OBJECT);
  checkValue("calculate", "expression", expression, TEXT);
  const { onProgress, ...rest } = checkOptions<CalculateOptions>("calculate", options, OPTIONS);
  const parts = parseExpression(expression);
  const planned: Planned[] = [];
  const steps: CalculationStep[] = [];
  const last = fold<Operand>(parts, (number) => () => number, (sign, x, y) => {
    const place = planned.push({ sign, x, y }) - 1;
    return () => steps[place]!.answer!;
  });
  for (const { sign } of planned) {
    checkValue("calculate", `the model of ${sign}`, models[sign], ASKED);
  }
  const truth = checkedValueOf(parts);
  for (const { sign, x, y } of planned) {
    const operation = `${x()} ${sign} ${y()}`;
    const done = steps.length;
    const solution = await solve(models[sign]!, operation, {
      ...rest,
      onProgress: onProgress && ((share) => onProgress((done + share) / planned.length)),
    });
    steps.push({ expression: operation, sign, ...solution });
    if (solution.answer === undefined) return { answer: undefined, truth, right: false, steps };
  }
  return { answer: last(), truth, right: steps.every(({ right }) => right), steps };
}
