/** Expressions in decimal as the inputs of what a model learned. */
import { RunError, UsageError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { parseExpression, showExpression } from "../problems/expression.ts";
import { type Expression, valueOf } from "../problems/fold.ts";
import { rowNotation } from "../problems/notation.ts";
import type { Notation, Problem } from "../problems/problem.ts";
import { arithmeticOf, complaintAboutSymbols } from "./questions.ts";

/** How expressions are written for what a model learned; undefined where it takes none. */
export function notationOf(learned: Model["problem"], problem: Problem | undefined): Notation | undefined {
  const arithmetic = arithmeticOf({ problem: learned });
  return arithmetic === undefined ? problem?.notation : rowNotation(arithmetic, 2);
}

/** An expression for a model. */
export interface Translated {
  /** The input that it is. */
  readonly input: string;
  /** Its value, as people reckon. */
  readonly value: bigint;
  /** The base of the answer. */
  readonly radix: number;
}

/** Translates an expression. Throws a `UsageError` where a model does not know it, or it has no answer that is a number. */
export function translate(
  text: string,
  learned: Model["problem"],
  notation: Notation | undefined,
): Translated {
  const expression = parseExpression(text);
  const given = showExpression(expression);
  const { name } = learned;
  const input = notation?.write(expression);
  if (notation === undefined || input === undefined) {
    const expected = notation?.form ?? "a model of numbers";
    throw new UsageError(`Cannot solve ${given} with a model of ${name}: expected ${expected}`, {
      code: "conflict",
      subject: "expression",
      given,
      expected,
    });
  }
  const complaint = complaintAboutSymbols(input, learned);
  if (complaint !== undefined) {
    throw new RunError(`Cannot write ${given} for a model of ${name}: its notation yields ${complaint}`, {
      code: "wrong_problem",
      subject: name,
    });
  }
  return { input, value: checkedValueOf(expression), radix: notation.radix };
}

/** The value of an expression. Throws a `UsageError` where that is negative or it divides by zero. */
export function checkedValueOf(expression: Expression): bigint {
  const fail = (reason: string, expected: string): never => {
    const given = showExpression(expression);
    throw new UsageError(`Cannot solve ${given}: ${reason}, expected ${expected}`, {
      code: "wrong_value",
      subject: "expression",
      given,
      expected,
    });
  };
  let value: bigint;
  try {
    value = valueOf(expression);
  } catch (thrown) {
    if (thrown instanceof RangeError) return fail("it divides by zero", "another divisor");
    throw thrown;
  }
  return value < 0n ? fail("the answer is negative", "one that is not") : value;
}
