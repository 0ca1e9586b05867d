import type { Expression, Expressions } from "./expression.ts";
import { ARRAYS } from "./stage.ts";

/** Pre-activations beyond ± this are saturated, and cost as much as they are beyond it (Freivalds & Liepins 2017). */
export const SATURATION_LIMIT = 0.9;

/** The sum of how far pre-activations exceed the limit. */
export function excess(made: Expressions, pres: readonly Expression[]): Expression {
  return pres.map((pre) => {
    const beyond = made.apply("subtract", made.apply("abs", pre), made.constant(SATURATION_LIMIT));
    return made.apply("max", beyond, made.constant(0));
  }).reduce((a, b) => made.apply("add", a, b));
}

/**
 * The derivative of the saturation cost by a pre-activation: ± its weight beyond the limits, otherwise 0. `kept` rises with
 * the pre-activation, and `low` and `high` are its values at the limits.
 */
export function saturationSlope(
  made: Expressions,
  kept: Expression,
  [low, high]: readonly [low: number, high: number],
): Expression {
  const [zero, weight] = [made.constant(0), made.input(ARRAYS.weight)];
  return made.apply(
    "subtract",
    made.apply("where", made.constant(high), kept, weight, zero),
    made.apply("where", kept, made.constant(low), weight, zero),
  );
}
