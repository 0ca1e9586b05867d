import { COMPUTE, type Expression, partsOf } from "./expression.ts";

/**
 * A function that computes some expressions in double precision, from the values of their inputs by name. It is what
 * the engines' texts are checked against.
 */
export function evaluator(
  expressions: readonly Expression[],
): (inputs: Readonly<Record<string, number>>) => number[] {
  const parts = partsOf(expressions);
  const places = new Map(parts.map((part, place) => [part, place]));
  return (inputs) => {
    const values: number[] = [];
    for (const part of parts) values.push(valueOf(part, (arg) => values[places.get(arg)!]!, inputs));
    return expressions.map((expression) => values[places.get(expression)!]!);
  };
}

function valueOf(
  part: Expression,
  of: (arg: Expression) => number,
  inputs: Readonly<Record<string, number>>,
): number {
  switch (part.kind) {
    case "constant":
      return part.value;
    case "input":
      return inputs[part.name]!;
    case "operation":
      return (COMPUTE[part.operation] as (...values: number[]) => number)(...part.args.map(of));
  }
}
