import { shown } from "../errors.ts";
import type { Expression, Expressions } from "./expression.ts";

/** What the names in a formula stand for. Both throw where a name stands for nothing. */
export interface Names {
  /** The expression of a name that stands alone. */
  value(name: string): Expression;
  /** The expression of a name that is called with arguments. */
  call(name: string, args: readonly Expression[]): Expression;
}

/** The most parentheses that may be open at one place. */
const MOST_OPEN = 50;

/** Reads a formula. Throws an `Error` that says what is wrong with it. */
export function parse(made: Expressions, text: string, names: Names): Expression {
  const tokens = tokensOf(text);
  let place = 0;
  let open = -1; // the formula itself is read like what stands in parentheses
  const next = () => tokens[place];
  const take = () => tokens[place++];
  const refuse = (expected: string): never => {
    const found = next() === undefined ? "its end" : shown(next()!);
    throw new Error(`the formula ${shown(text)} has ${found} where ${expected} is expected`);
  };
  const expect = (token: string) => next() === token ? void take() : refuse(`"${token}"`);

  /** Operands joined by operators of one rank, from left to right. */
  const joined = (operand: () => Expression, operators: Readonly<Record<string, Joining>>) => {
    let value = operand();
    while (next() !== undefined && Object.hasOwn(operators, next()!)) {
      const operation = operators[take()!]!;
      value = made.apply(operation, value, operand());
    }
    return value;
  };
  const sum = (): Expression => {
    if (++open > MOST_OPEN) throw new Error(`a formula has more than ${MOST_OPEN} parentheses open`);
    const value = joined(product, { "+": "add", "-": "subtract" });
    open--;
    return value;
  };
  const product = () => joined(factor, { "*": "multiply", "/": "divide" });
  const factor = (): Expression => {
    let sign = 1;
    while (next() === "-") sign *= (take(), -1);
    return sign === 1 ? atom() : made.apply("multiply", made.constant(-1), atom());
  };
  const atom = (): Expression => {
    if (next() === "(") {
      take();
      const value = sum();
      expect(")");
      return value;
    }
    if (next() === undefined || !/^[\w.]/.test(next()!)) refuse("a number, a name or a parenthesis");
    const token = take()!;
    if (/^[\d.]/.test(token)) return made.constant(Number(token));
    return next() === "(" ? names.call(token, args()) : names.value(token);
  };
  const args = (): Expression[] => {
    expect("(");
    const found = [sum()];
    while (next() === ",") {
      take();
      found.push(sum());
    }
    expect(")");
    return found;
  };

  const value = sum();
  if (next() !== undefined) refuse("an operator or the end");
  return value;
}

type Joining = "add" | "subtract" | "multiply" | "divide";

function tokensOf(text: string): string[] {
  const tokens = text.match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[A-Za-z_]\w*|[-+*/(),]|\S/gi) ?? [];
  const odd = tokens.find((token) => !/^[\w.]|^[-+*/(),]$/.test(token));
  if (odd !== undefined) {
    throw new Error(`the formula ${shown(text)} has ${shown(odd)}, which is no part of one`);
  }
  return tokens;
}
