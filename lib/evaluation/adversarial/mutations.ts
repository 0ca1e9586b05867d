/**
 * Changes to inputs of any problem: what makes carries, runs, periods, symmetric and sparse patterns, and operands of
 * unequal magnitude. A position only ever gets a symbol that it was seen to have.
 */
import type { Random } from "../../random.ts";
import type { Shape } from "./shape.ts";

/** Symbols of an input, to be changed in place. */
type Text = string[];

/** What a mutation draws from. */
export interface MutationContext {
  /** What inputs look like; it has a part at least. */
  readonly shape: Shape;
  /** Where chance comes from. */
  readonly random: Random;
  /** Another input. */
  readonly mate: string;
}

type Mutation = (text: Text, context: MutationContext) => void;

function put(text: Text, k: number, symbol: string, { choices }: Shape): void {
  if (choices[k]?.includes(symbol)) text[k] = symbol;
}

/** The one that stands as far from the other end of the choices: 1 for 0, 7 for 2 of decimal digits. */
function opposite(symbol: string, own: string): string {
  return own[own.length - 1 - own.indexOf(symbol)] ?? symbol;
}

/** A window of a part; one time in three it reaches to the part's end, where numbers have their largest digits. */
function windowOf({ shape, random }: MutationContext): [from: number, to: number] {
  const [start, end] = random.pick(shape.parts);
  const from = random.between(start, end - 1);
  return [from, random.integer(3) === 0 ? end : random.between(from + 1, end)];
}

/** Other symbols in a few positions. */
const change: Mutation = (text, { shape, random }) => {
  for (let count = random.between(1, 3); count > 0; count--) {
    const [start, end] = random.pick(shape.parts);
    const k = random.between(start, end - 1);
    text[k] = random.pick([...shape.choices[k]!]);
  }
};

/** One symbol all over a window: runs, and at the end of an operand a number of less magnitude. */
const run: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const symbol = context.random.pick([...context.shape.choices[from]!]);
  for (let k = from; k < to; k++) put(text, k, symbol, context.shape);
};

/** The first symbols of a window again and again. */
const repeat: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const period = context.random.between(1, Math.min(8, to - from));
  for (let k = from + period; k < to; k++) put(text, k, text[k - period]!, context.shape);
};

/** A window moved by a position; the symbol that falls off comes in at the other end. */
const rotate: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const old = text.slice(from, to);
  const by = context.random.integer(2) === 0 ? 1 : old.length - 1;
  for (let k = from; k < to; k++) put(text, k, old[(k - from + by) % old.length]!, context.shape);
};

/** A window that reads the same from both ends. */
const mirror: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let i = from, k = to - 1; i < k; i++, k--) put(text, k, text[i]!, context.shape);
};

/** The opposites of a window's symbols. */
const invert: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let k = from; k < to; k++) text[k] = opposite(text[k]!, context.shape.choices[k]!);
};

/** A window again at its place in another part, or the opposites: x + x, or digits that pass a carry on. */
const echo: Mutation = (text, context) => {
  const { shape, random } = context;
  const [from, to] = windowOf(context);
  const [start] = shape.parts.findLast(([start]) => start <= from)!;
  const [otherStart, otherEnd] = random.pick(shape.parts);
  const inverse = random.integer(2) === 0;
  for (let k = from; k < to && otherStart + k - start < otherEnd; k++) {
    put(
      text,
      otherStart + k - start,
      inverse ? opposite(text[k]!, shape.choices[k]!) : text[k]!,
      shape,
    );
  }
};

/** A window of another input. */
const cross: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let k = from; k < to; k++) put(text, k, context.mate[k] ?? "", context.shape);
};

const MUTATIONS: readonly Mutation[] = [change, change, run, repeat, rotate, mirror, invert, echo, cross];

/** The input after one to three mutations. */
export function mutated(input: string, context: MutationContext): string {
  const text = [...input];
  if (context.shape.parts.length > 0) {
    for (let count = 1 + context.random.integer(2) * context.random.integer(3); count > 0; count--) {
      context.random.pick(MUTATIONS)(text, context);
    }
  }
  return text.join("");
}
