import { type Expression, type Expressions, type Operation, partsOf } from "./expression.ts";

/**
 * The derivatives of `output` by some of its parts, times `seed`; undefined for what it does not depend on. Reverse mode:
 * from the output to the inputs, the derivative by an expression is passed on to its arguments. At a kink it is
 * that of the flat side for `clamp`, that of the first argument for `min` and `max`, and 0 for `abs`.
 */
export function differentiate(
  made: Expressions,
  output: Expression,
  seed: Expression,
  by: readonly Expression[],
): (Expression | undefined)[] {
  const derivatives = new Map<Expression, Expression>([[output, seed]]);
  for (const part of partsOf([output]).reverse()) {
    const d = derivatives.get(part);
    if (d === undefined || part.kind !== "operation") continue;
    for (const { arg, sign, value } of passedOn(made, part, d)) {
      const before = derivatives.get(arg) ?? made.constant(0);
      derivatives.set(arg, made.apply(sign, before, value));
    }
  }
  return by.map((part) => derivatives.get(part));
}

/** A part of the derivative by an argument, which is added or subtracted. */
interface Part {
  readonly arg: Expression;
  readonly sign: "add" | "subtract";
  readonly value: Expression;
}

/** What an operation y of arguments a, b passes on to them, where the derivative by y is d. */
function passedOn(
  made: Expressions,
  y: Extract<Expression, { kind: "operation" }>,
  d: Expression,
): Part[] {
  const zero = made.constant(0);
  const op = (operation: Operation, ...args: Expression[]) => made.apply(operation, ...args);
  const to = (arg: Expression, value: Expression): Part => ({ arg, sign: "add", value });
  const [a, b] = [y.args[0]!, y.args[1]!];
  switch (y.operation) {
    case "add":
      return [to(a, d), to(b, d)];
    case "subtract":
      return [to(a, d), { arg: b, sign: "subtract", value: d }];
    case "multiply":
      return [to(a, op("multiply", d, b)), to(b, op("multiply", d, a))];
    case "divide": {
      const share = op("divide", d, b);
      return [to(a, share), { arg: b, sign: "subtract", value: op("multiply", share, y) }];
    }
    case "min":
      return [to(a, op("where", b, a, zero, d)), to(b, op("where", b, a, d, zero))];
    case "max":
      return [to(a, op("where", a, b, zero, d)), to(b, op("where", a, b, d, zero))];
    case "clamp":
      return [to(a, op("where", b, y, op("where", y, y.args[2]!, d, zero), zero))];
    case "abs": {
      const falling = op("where", a, zero, op("subtract", zero, d), zero);
      return [to(a, op("where", zero, a, d, falling))];
    }
    case "sigmoid":
    case "tanh":
      return [to(a, op("multiply", d, slope(made, y.operation, y)))];
    case "where":
      throw new Error("A derivative of a derivative is asked for");
  }
}

/** The slope of a sigmoid or tanh, from its value y. */
export function slope(made: Expressions, operation: "sigmoid" | "tanh", y: Expression): Expression {
  const one = made.constant(1);
  return operation === "tanh"
    ? made.apply("subtract", one, made.apply("multiply", y, y))
    : made.apply("multiply", y, made.apply("subtract", one, y));
}
