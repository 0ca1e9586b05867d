/**
 * Changes to inputs of any problem, which make carries, runs, periods, symmetric and sparse patterns, and operands of
 * unequal magnitude. A position only gets symbols that occur there in draws from the problem's suites.
 */
import type { Random } from "../../random.ts";
import type { Shape } from "./shape.ts";

/** Symbols of an input, to be changed in place. */
type Text = string[];

/** What a mutation depends on besides the input. */
export interface MutationContext {
  /** The shape of the inputs, which has at least one part. */
  readonly shape: Shape;
  /** The source of random numbers. */
  readonly random: Random;
  /** Another input, of which parts may be taken. */
  readonly mate: string;
}

type Mutation = (text: Text, context: MutationContext) => void;

function put(text: Text, k: number, symbol: string, { choices }: Shape): void {
  if (choices[k]?.includes(symbol)) text[k] = symbol;
}

/** The symbol in the opposite place of the choices: 1 for the bit 0, 7 for the decimal digit 2. */
function opposite(symbol: string, own: string): string {
  return own[own.length - 1 - own.indexOf(symbol)] ?? symbol;
}

/**
 * A window of a part. In one of three cases it reaches to the part's end, where numbers have their most significant
 * digits.
 */
function windowOf({ shape, random }: MutationContext): [from: number, to: number] {
  const [start, end] = random.pick(shape.parts);
  const from = random.between(start, end - 1);
  return [from, random.integer(3) === 0 ? end : random.between(from + 1, end)];
}

/** Changes the symbols of a few positions. */
const change: Mutation = (text, { shape, random }) => {
  for (let count = random.between(1, 3); count > 0; count--) {
    const [start, end] = random.pick(shape.parts);
    const k = random.between(start, end - 1);
    text[k] = random.pick([...shape.choices[k]!]);
  }
};

/** Fills a window with one symbol. This makes runs, and at the end of an operand a smaller number. */
const run: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const symbol = context.random.pick([...context.shape.choices[from]!]);
  for (let k = from; k < to; k++) put(text, k, symbol, context.shape);
};

/** Repeats the first symbols of a window in all of it. */
const repeat: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const period = context.random.between(1, Math.min(8, to - from));
  for (let k = from + period; k < to; k++) put(text, k, text[k - period]!, context.shape);
};

/** Moves a window by a position; the symbol at its end moves to the other end. */
const rotate: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  const old = text.slice(from, to);
  const by = context.random.integer(2) === 0 ? 1 : old.length - 1;
  for (let k = from; k < to; k++) put(text, k, old[(k - from + by) % old.length]!, context.shape);
};

/** Makes a window symmetric. */
const mirror: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let i = from, k = to - 1; i < k; i++, k--) put(text, k, text[i]!, context.shape);
};

/** Replaces the symbols of a window by their opposites. */
const invert: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let k = from; k < to; k++) text[k] = opposite(text[k]!, context.shape.choices[k]!);
};

/**
 * Copies a window, or its opposites, to the same place in another part. This makes x + x, or digits that pass a carry
 * on.
 */
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

/** Copies a window from another input. */
const cross: Mutation = (text, context) => {
  const [from, to] = windowOf(context);
  for (let k = from; k < to; k++) put(text, k, context.mate[k] ?? "", context.shape);
};

const MUTATIONS: readonly Mutation[] = [change, change, run, repeat, rotate, mirror, invert, echo, cross];

/** The parts of a shape as far as an input reaches, which may be shorter than others of its size. */
function partsWithin({ parts }: Shape, length: number): Shape["parts"] {
  return parts.filter(([from]) => from < length).map(([from, to]) => [from, Math.min(to, length)]);
}

/** The input after one to three mutations. */
export function mutated(input: string, context: MutationContext): string {
  const text = [...input];
  const shape = { ...context.shape, parts: partsWithin(context.shape, text.length) };
  if (shape.parts.length > 0) {
    for (let count = 1 + context.random.integer(2) * context.random.integer(3); count > 0; count--) {
      context.random.pick(MUTATIONS)(text, { ...context, shape });
    }
  }
  return text.join("");
}
