/**
 * What is kept of each bank, for later stages and for the backward pass: its pre-activation, from which all else is
 * computed again where it is needed, for which a few operations an element are enough. Only where the formulas use the
 * pre-activation in one sigmoid or tanh and nowhere else, that is kept in its place: it takes twenty operations, and its
 * derivative follows from its value.
 */
import { slope } from "./differentiate.ts";
import { COMPUTE, type Expression, type Expressions, partsOf, replaced } from "./expression.ts";
import { SATURATION_LIMIT } from "./saturation.ts";
import { ARRAYS } from "./stage.ts";

/** What is kept of a bank, made of its pre-activation. */
export interface Kept {
  /** The value that is kept. */
  readonly value: Expression;
  /** Its values at pre-activations of ± the saturation limit. */
  readonly limits: readonly [low: number, high: number];
}

/** What is kept of a bank, given all formulas. */
export function keptOf(made: Expressions, bank: number, formulas: readonly Expression[]): Kept {
  const pre = made.input(ARRAYS.pre(bank));
  const users = partsOf(formulas).filter((part) => part.kind === "operation" && part.args.includes(pre));
  const [user, another] = users;
  if (user?.kind === "operation" && another === undefined && !formulas.includes(pre)) {
    const { operation } = user;
    if (operation === "sigmoid" || operation === "tanh") {
      const at = COMPUTE[operation];
      return { value: user, limits: [at(-SATURATION_LIMIT), at(SATURATION_LIMIT)] };
    }
  }
  return { value: pre, limits: [-SATURATION_LIMIT, SATURATION_LIMIT] };
}

/** A formula with what is kept of some banks as inputs. */
export function fromKept(
  made: Expressions,
  formula: Expression,
  kept: readonly Kept[],
  banks: readonly number[],
): Expression {
  const inputs = banks.map((bank) => [kept[bank]!.value, made.input(ARRAYS.kept(bank))] as const);
  return replaced(made, formula, new Map(inputs));
}

/** The derivative by a pre-activation, from that by what is kept of its bank. */
export function throughKept(
  made: Expressions,
  bank: number,
  { value }: Kept,
  derivative: Expression,
): Expression {
  if (value.kind !== "operation") return derivative;
  const own = slope(made, value.operation as "sigmoid" | "tanh", made.input(ARRAYS.kept(bank)));
  return made.apply("multiply", derivative, own);
}
