/** Expressions of real numbers, in which equal parts are one and the same object, so that each is computed once. */

/** What computes the value of an expression from those of its arguments. */
export const COMPUTE = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  /** x within `low` and `high`. */
  clamp: (x: number, low: number, high: number) => Math.min(Math.max(x, low), high),
  abs: (x: number) => Math.abs(x),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  tanh: (x: number) => Math.tanh(x),
  /** x where a < b, else y. Derivatives are made of it. */
  where: (a: number, b: number, x: number, y: number) => a < b ? x : y,
} as const;

/** The name of an operation. */
export type Operation = keyof typeof COMPUTE;

/** An expression: a number, an input by its name, or an operation on other expressions. */
export type Expression =
  | { readonly kind: "constant"; readonly id: number; readonly value: number }
  | { readonly kind: "input"; readonly id: number; readonly name: string }
  | {
    readonly kind: "operation";
    readonly id: number;
    readonly operation: Operation;
    readonly args: readonly Expression[];
  };

const COMMUTES: ReadonlySet<Operation> = new Set(["add", "multiply", "min", "max"]);

/** Makes expressions: an equal one that exists is returned again, and what is simpler is returned instead. */
export class Expressions {
  readonly #made = new Map<string, Expression>();

  /** A number. */
  constant(value: number): Expression {
    return this.#once(`constant ${value}`, (id) => ({ kind: "constant", id, value }));
  }

  /** An input. */
  input(name: string): Expression {
    return this.#once(`input ${name}`, (id) => ({ kind: "input", id, name }));
  }

  /** An operation; numbers are taken to be finite. */
  apply(operation: Operation, ...args: readonly Expression[]): Expression {
    const values = args.map((arg) => arg.kind === "constant" ? arg.value : NaN);
    if (args.every(({ kind }) => kind === "constant")) {
      return this.constant((COMPUTE[operation] as (...values: number[]) => number)(...values));
    }
    const simpler = this.#simpler(operation, args, values);
    if (simpler !== undefined) return simpler;
    const ids = args.map(({ id }) => id);
    if (COMMUTES.has(operation)) ids.sort((a, b) => a - b);
    return this.#once(`${operation} ${ids}`, (id) => ({ kind: "operation", id, operation, args }));
  }

  #once(key: string, make: (id: number) => Expression): Expression {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make(this.#made.size);
    this.#made.set(key, made);
    return made;
  }

  /** `values` are those of the arguments that are constants. */
  #simpler(
    operation: Operation,
    [a, b, x, y]: readonly Expression[],
    values: readonly number[],
  ): Expression | undefined {
    const [left, right] = values;
    switch (operation) {
      case "add":
        return left === 0 ? b : right === 0 ? a : undefined;
      case "subtract":
        if (a === b) return this.constant(0);
        return b!.kind === "constant" ? this.apply("add", a!, this.constant(-right!)) : undefined;
      case "multiply":
        if (left === 0 || right === 0) return this.constant(0);
        return left === 1 ? b : right === 1 ? a : undefined;
      case "divide":
        return right === 1 ? a : left === 0 ? this.constant(0) : undefined;
      case "min":
      case "max":
        return a === b ? a : undefined;
      case "where":
        return x === y ? x : a === b ? y : undefined;
      default:
        return undefined;
    }
  }
}

/** All parts of some expressions, each once, after its arguments. */
export function partsOf(expressions: readonly Expression[]): Expression[] {
  const parts = new Set<Expression>();
  const visit = (expression: Expression) => {
    if (parts.has(expression)) return;
    if (expression.kind === "operation") expression.args.forEach(visit);
    parts.add(expression);
  };
  expressions.forEach(visit);
  return [...parts];
}

/** The expression with some of its parts replaced by others. */
export function replaced(
  made: Expressions,
  expression: Expression,
  others: ReadonlyMap<Expression, Expression>,
): Expression {
  const results = new Map(others);
  for (const part of partsOf([expression])) {
    if (results.has(part)) continue;
    results.set(
      part,
      part.kind === "operation"
        ? made.apply(part.operation, ...part.args.map((arg) => results.get(arg)!))
        : part,
    );
  }
  return results.get(expression)!;
}

/** The expressions with numbers for some inputs, by name. */
export function withNumbers(
  expressions: readonly Expression[],
  numbers: Readonly<Record<string, number>>,
): Expression[] {
  const made = new Expressions();
  const results = new Map<Expression, Expression>();
  for (const part of partsOf(expressions)) {
    results.set(
      part,
      part.kind === "constant"
        ? made.constant(part.value)
        : part.kind === "operation"
        ? made.apply(part.operation, ...part.args.map((arg) => results.get(arg)!))
        : part.name in numbers
        ? made.constant(numbers[part.name]!)
        : made.input(part.name),
    );
  }
  return expressions.map((expression) => results.get(expression)!);
}

/** The names of the inputs of some expressions. */
export function inputsOf(expressions: readonly Expression[]): string[] {
  return partsOf(expressions).flatMap((part) => part.kind === "input" ? [part.name] : []);
}
