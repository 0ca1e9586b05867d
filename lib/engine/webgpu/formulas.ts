import { type Expression, partsOf } from "../../cells/expression.ts";
import { ARRAYS } from "../../cells/stage.ts";

/** Prints expressions as WGSL on vectors of four maps. */

/** The functions that the printed text calls. */
export const formulaFunctions = `
fn sigmoid(x: vec4<f32>) -> vec4<f32> { return 1.0 / (1.0 + exp(-x)); }
fn hyperbolicTangent(x: vec4<f32>) -> vec4<f32> { return 2.0 * sigmoid(2.0 * x) - 1.0; }
`;

/** Text that computes expressions. */
export interface PrintedFormulas {
  /** Declares what is used more than once. */
  readonly lets: string;
  /** The texts of the expressions. */
  readonly values: readonly string[];
}

/**
 * Text that computes each part of some expressions once. `read` yields the text of an input; for the mask of the
 * candidate `undefined` where no units are dropped.
 */
export function printed(
  expressions: readonly Expression[],
  read: (input: string) => string | undefined,
): PrintedFormulas {
  const parts = partsOf(expressions);
  const uses = new Map<Expression, number>();
  const count = (part: Expression) => uses.set(part, (uses.get(part) ?? 0) + 1);
  expressions.forEach(count);
  for (const part of parts) if (part.kind === "operation") part.args.forEach(count);
  const texts = new Map<Expression, string>();
  const lets: string[] = [];
  for (const part of parts) {
    const text = textOf(part, (arg) => texts.get(arg)!, read);
    const kept = part.kind !== "constant" && uses.get(part)! > 1 && text !== "";
    if (kept) lets.push(`let v${lets.length} = ${text};`);
    texts.set(part, kept ? `v${lets.length - 1}` : text);
  }
  return { lets: lets.join("\n"), values: expressions.map((expression) => texts.get(expression)!) };
}

function textOf(
  part: Expression,
  of: (arg: Expression) => string,
  read: (input: string) => string | undefined,
): string {
  if (part.kind === "constant") return `vec4<f32>(${part.value}f)`;
  if (part.kind === "input") return read(part.name) ?? "";
  const [a, b, x, y] = part.args.map(of) as [string, string, string, string];
  const [, second] = part.args;
  switch (part.operation) {
    case "add":
      return `(${a} + ${b})`;
    case "subtract":
      return `(${a} - ${b})`;
    case "multiply":
      return second!.kind === "input" && second!.name === ARRAYS.mask && b === "" ? a : `(${a} * ${b})`;
    case "divide":
      return `(${a} / ${b})`;
    case "min":
    case "max":
      return `${part.operation}(${a}, ${b})`;
    case "clamp":
      return `clamp(${a}, ${b}, ${x})`;
    case "abs":
      return `abs(${a})`;
    case "sigmoid":
      return `sigmoid(${a})`;
    case "tanh":
      return `hyperbolicTangent(${a})`;
    case "where":
      return `select(${y}, ${x}, ${a} < ${b})`;
  }
}
