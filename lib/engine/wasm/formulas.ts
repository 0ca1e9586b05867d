import { type Expression, partsOf } from "../../cells/expression.ts";
import { all, type Code, f32x4, get, i32x4, type Local, set, v128 } from "./assembler.ts";

/** Prints expressions as instructions on four numbers at once. */

/** An expression, and what is done with its value. */
export interface Printed {
  /** The expression. */
  readonly value: Expression;
  /** Code that uses the value. */
  store(value: Code): Code;
}

/** Where local variables come from. */
export interface Variables {
  /** A variable that nothing else uses. */
  vector(): Local;
}

/**
 * Code that computes the expressions one after the other, each of their parts once: what is used several times is kept
 * in a local variable. `read` yields the code of an input.
 */
export function printed(locals: Variables, outputs: readonly Printed[], read: (input: string) => Code): Code {
  const uses = usesOf(outputs.map(({ value }) => value));
  const known = new Map<Expression, Local>();
  const valueOf = (part: Expression): Code => {
    const local = known.get(part);
    return local === undefined ? codeOf(part, valueOf, once, read) : get(local);
  };
  const once = (part: Expression) => uses.get(part) === 1;
  let power: Local | undefined;
  const kept = (part: Expression): Code => {
    const scale = logisticScale(part);
    if (scale !== undefined) {
      const [x] = (part as Operation).args;
      const argument = valueOf(x!);
      const local = locals.vector();
      power ??= locals.vector();
      known.set(part, local);
      return all(set(local, argument), logistic(local, scale, power), scale === 2 ? asTanh(local) : []);
    }
    const code = valueOf(part);
    const local = locals.vector();
    known.set(part, local);
    return set(local, code);
  };
  return all(...outputs.flatMap(({ value, store }) => {
    const keeps = (part: Expression) =>
      !known.has(part) && part.kind !== "constant" &&
      (!once(part) || logisticScale(part) !== undefined);
    return [...partsOf([value]).filter(keeps).map(kept), store(valueOf(value))];
  }));
}

type Operation = Extract<Expression, { kind: "operation" }>;

/** How often each part is read, by other parts or for its own sake. */
function usesOf(expressions: readonly Expression[]): ReadonlyMap<Expression, number> {
  const uses = new Map<Expression, number>();
  const count = (part: Expression) => uses.set(part, (uses.get(part) ?? 0) + 1);
  expressions.forEach(count);
  for (const part of partsOf(expressions)) if (part.kind === "operation") part.args.forEach(count);
  return uses;
}

function codeOf(
  part: Expression,
  valueOf: (part: Expression) => Code,
  once: (part: Expression) => boolean,
  read: (input: string) => Code,
): Code {
  if (part.kind === "constant") return f32x4.const(part.value);
  if (part.kind === "input") return read(part.name);
  const [a, b, x, y] = part.args as [Expression, Expression, Expression, Expression];
  switch (part.operation) {
    case "add": {
      // A product that nothing else reads is added without being rounded first.
      const product = [a, b].find((arg) =>
        arg.kind === "operation" && arg.operation === "multiply" && once(arg) && !isMinus(arg)
      ) as Operation | undefined;
      if (product === undefined) return f32x4.add(valueOf(a), valueOf(b));
      const [left, right] = product.args;
      return f32x4.multiplyAdd(valueOf(left!), valueOf(right!), valueOf(product === a ? b : a));
    }
    case "multiply":
      return isMinus(part) ? f32x4.neg(valueOf(b)) : f32x4.mul(valueOf(a), valueOf(b));
    case "subtract":
      return f32x4.sub(valueOf(a), valueOf(b));
    case "divide":
      return f32x4.div(valueOf(a), valueOf(b));
    case "min":
      return f32x4.min(valueOf(a), valueOf(b));
    case "max":
      return f32x4.max(valueOf(a), valueOf(b));
    case "abs":
      return f32x4.abs(valueOf(a));
    case "clamp":
      return f32x4.min(f32x4.max(valueOf(a), valueOf(b)), valueOf(x));
    case "where": {
      const mask = f32x4.lt(valueOf(a), valueOf(b));
      if (isZero(y)) return v128.and(mask, valueOf(x));
      return isZero(x) ? v128.andNot(valueOf(y), mask) : v128.select(mask, valueOf(x), valueOf(y));
    }
    case "sigmoid":
    case "tanh":
      throw new Error("It is kept in a local variable");
  }
}

const isZero = (part: Expression) => part.kind === "constant" && part.value === 0;

function isMinus({ operation, args }: Operation): boolean {
  return operation === "multiply" && args[0]!.kind === "constant" && args[0]!.value === -1;
}

/** 1 for a sigmoid, 2 for a tanh, which is 2 σ(2x) − 1; undefined for all else. */
function logisticScale(part: Expression): 1 | 2 | undefined {
  if (part.kind !== "operation") return undefined;
  return part.operation === "sigmoid" ? 1 : part.operation === "tanh" ? 2 : undefined;
}

const constant = f32x4.const;

/** 1.5·2^23. Adding a small number to it rounds that to a whole one, which is then in the lowest bits of the sum. */
const ROUNDER = 12582912;
/** Coefficients of e^x on ± ln 2/2, to within an f32 (Cephes, expf). */
const POWERS = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5];

/** Replaces x by σ(scale·x) = 1/(1 + e^(−scale·x)). */
function logistic(x: Local, scale: number, power: Local): Code {
  const { multiplyAdd, sub, add, min, max } = f32x4;
  const whole = sub(get(power), constant(ROUNDER));
  const polynomial = POWERS.slice(1).reduce(
    (sum, next) => multiplyAdd(sum, get(x), constant(next)),
    constant(POWERS[0]!),
  );
  const one = constant(1);
  return all(
    set(x, min(max(f32x4.mul(get(x), constant(-scale)), constant(-87)), constant(87))),
    set(power, multiplyAdd(get(x), constant(Math.LOG2E), constant(ROUNDER))),
    // x − whole·ln 2, where ln 2 is split into two parts to lose no precision.
    set(x, multiplyAdd(whole, constant(-0.693359375), get(x))),
    set(x, multiplyAdd(whole, constant(2.12194440e-4), get(x))),
    set(x, multiplyAdd(polynomial, f32x4.mul(get(x), get(x)), add(get(x), one))),
    set(power, i32x4.add(i32x4.shl(get(power), 23), i32x4.const(127 << 23, 127 << 23, 127 << 23, 127 << 23))),
    set(x, f32x4.div(one, multiplyAdd(get(x), get(power), one))),
  );
}

/** Replaces x = σ(2z) by tanh z. */
function asTanh(x: Local): Code {
  return set(x, f32x4.multiplyAdd(get(x), constant(2), constant(-1)));
}
