import { tf } from "../../deps.ts";
import { type Expression, type Operation, partsOf } from "../../cells/expression.ts";
import { ARRAYS } from "../../cells/stage.ts";

type State = tf.Tensor4D;

/** How expressions get the values of their inputs. */
export interface Inputs {
  /** The value of an input. */
  read(name: string): State;
  /** Drops units of the candidate; absent where none are dropped. */
  drop?(units: State): State;
}

/** The values of expressions, in operations of TensorFlow.js, which its tape differentiates. */
export function computed(expressions: readonly Expression[], { read, drop }: Inputs): State[] {
  const values = new Map<Expression, State | number>();
  for (const part of partsOf(expressions)) {
    if (part.kind === "constant") values.set(part, part.value);
    else if (part.kind === "operation") {
      const [a, b, c] = part.args.map((arg) => values.get(arg)!);
      const drops = part.args.some((arg) => arg.kind === "input" && arg.name === ARRAYS.mask);
      values.set(part, drops ? drop?.(a as State) ?? a! : apply(part.operation, a!, b!, c!));
    } else if (part.name !== ARRAYS.mask) values.set(part, read(part.name));
  }
  return expressions.map((expression) => values.get(expression) as State);
}

/** Numbers stand for states that are the same everywhere; one argument at least is a state. */
function apply(operation: Operation, a: State | number, b: State | number, c: State | number): State {
  switch (operation) {
    case "add":
      return tf.add(a, b);
    case "subtract":
      return tf.sub(a, b);
    case "multiply":
      return tf.mul(a, b);
    case "divide":
      return tf.div(a, b);
    case "min":
      return tf.minimum(a, b);
    case "max":
      return b === 0 ? tf.relu(a as State) : tf.maximum(a, b);
    case "clamp":
      return tf.clipByValue(a as State, b as number, c as number);
    case "abs":
      return tf.abs(a as State);
    case "sigmoid":
      return tf.sigmoid(a as State);
    case "tanh":
      return tf.tanh(a as State);
    case "where":
      throw new Error("A derivative, which the tape computes");
  }
}
