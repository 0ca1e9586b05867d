/** Kaiser's problems of symbols, each with any number of different ones: two, or as many as its name says. */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { KAISER } from "../sources.ts";
import { hardText, refuse, reversed, SYMBOLS, uniformText } from "./texts.ts";

/** What is done with symbols. */
interface Transformation {
  readonly title: string;
  readonly size: string;
  readonly maxSize: number;
  readonly example: string;
  /** An example of many symbols. */
  readonly wide: string;
  /** Symbols that an answer may have besides. */
  readonly more?: string;
  /** The symbols of an input of a size, and what other numbers of them are not. */
  readonly lengths: { of(size: number): number; fit(length: number): boolean; readonly words: string };
  /** Hard inputs, where these are not runs and biased symbols. */
  readonly hard?: (symbols: string, size: number, random: Random) => string;
  answer(input: string, symbols: string): string;
}

const any: Transformation["lengths"] = {
  of: (size) => size,
  fit: (length) => length > 0,
  words: "one symbol at least",
};

const pairs: Transformation["lengths"] = {
  of: (size) => 2 * size,
  fit: (length) => length > 0 && length % 2 === 0,
  words: "pairs of symbols, one at least",
};

const row = { size: "symbols", maxSize: 40, lengths: any, wide: "VH0B" } as const;

const pairwise = { size: "pairs", maxSize: 20, lengths: pairs, wide: "7V0B7A" } as const;

/** Keys in long runs or nearly all equal, each with any value. */
function hardPairs(symbols: string, size: number, random: Random): string {
  return [...hardText(symbols, size, random)].map((key) => key + uniformText(symbols, 1, random)).join("");
}

/** The pairs of a text. */
const pairsOf = (text: string): string[] => text.match(/../g) ?? [];

/** The transformations by name. */
const TRANSFORMATIONS: Readonly<Record<string, Transformation>> = {
  copy: { ...row, title: "Copying", example: "1101", answer: (input) => input },
  reverse: { ...row, title: "Reversing: the last symbol comes first", example: "1101", answer: reversed },
  duplicate: {
    ...{ ...row, maxSize: 20, title: "Duplicating: x becomes xx", example: "110" },
    answer: (input) => input + input,
  },
  sort: {
    ...{ ...row, title: "Sorting", example: "1101" },
    answer: (input) => [...input].sort().join(""),
  },
  kvsort: {
    ...{ ...pairwise, title: "Sorting pairs of key and value by key; equal keys keep their order" },
    ...{ example: "110001", hard: hardPairs },
    answer: (input) => pairsOf(input).sort((a, b) => a[0]! < b[0]! ? -1 : a[0] === b[0] ? 0 : 1).join(""),
  },
  rev2: {
    ...{ ...pairwise, title: "Reversing pairs: the last pair comes first, each stays as it is" },
    ...{ example: "110001", hard: hardPairs },
    answer: (input) => pairsOf(input).reverse().join(""),
  },
  incr: {
    ...{
      ...row,
      title: "A number plus one, least significant digit first; a carry out of the last digit is lost",
    },
    example: "1101",
    hard: (symbols, size, random) => {
      const carry = symbols.at(-1)!.repeat(random.between(1, size));
      return (carry + hardText(symbols, size, random)).slice(0, size);
    },
    answer(input, symbols) {
      const last = symbols.at(-1);
      let k = 0;
      while (input[k] === last) k++;
      const carried = symbols[0]!.repeat(k);
      return k === input.length
        ? carried
        : carried + symbols[symbols.indexOf(input[k]!) + 1] + input.slice(k + 1);
    },
  },
  left: { ...row, title: "The first symbol", example: "1101", answer: (input) => input[0]! },
  right: { ...row, title: "The last symbol", example: "1100", answer: (input) => input.at(-1)! },
  "left-shift": {
    ...{
      ...row,
      title: "Rotating to the left: the first symbol comes last (the original code rotates to the right)",
    },
    ...{ example: "1101", answer: (input) => input.slice(1) + input[0] },
  },
  "right-shift": {
    ...{ ...row, title: "Rotating to the right: the last symbol comes first (the original code fails)" },
    ...{ example: "1101", answer: (input) => input.at(-1) + input.slice(0, -1) },
  },
  search: {
    ...{ size: "pairs", maxSize: 20, more: "-", example: "10011", wide: "7V0B0" },
    title:
      "The value of the first pair whose key is the last symbol; - where there is none (unscored in the original)",
    lengths: {
      of: (size) => 2 * size + 1,
      fit: (length) => length > 1 && length % 2 === 1,
      words: "pairs of key and value and a key after them",
    },
    hard(symbols, size, random) {
      const before = hardPairs(symbols, size, random);
      const key = random.pick([before[0]!, before.at(-2)!, uniformText(symbols, 1, random)]);
      return before + key;
    },
    answer(input) {
      const key = input.at(-1);
      return pairsOf(input.slice(0, -1)).find((pair) => pair[0] === key)?.[1] ?? "-";
    },
  },
};

/** The fewest and the most different symbols. */
const [FEWEST, MOST] = [2, SYMBOLS.length];

/** The numbers of symbols that are listed: two, and as many as in the original. */
const LISTED = [FEWEST, 32] as const;

/** A problem of that many symbols. */
function problemOf(name: string, count: number): Problem {
  const { title, size, maxSize, example, wide, more = "", lengths, hard, answer } = TRANSFORMATIONS[name]!;
  const symbols = SYMBOLS.slice(0, count);
  const alien = new RegExp(`[^${symbols}]`);
  return {
    name: count === FEWEST ? name : `${name}-${count}`,
    title: `${title}, of ${count} symbols`,
    symbols: symbols + more,
    maxSize,
    suites: {
      random: (size, random) => uniformText(symbols, lengths.of(size), random),
      carry: (size, random) => (hard ?? hardText)(symbols, size, random),
    },
    answer(input) {
      if (alien.test(input) || !lengths.fit(input.length)) refuse(input, `${lengths.words}, of ${symbols}`);
      return answer(input, symbols);
    },
    about: {
      ...{ family: "sequences", size, source: KAISER },
      example: count < LISTED[1] ? example : wide,
    },
  };
}

/** The problems of symbols. */
export const sequences: readonly Problem[] = Object.keys(TRANSFORMATIONS).flatMap((name) =>
  LISTED.map((count) => problemOf(name, count))
);

/** The variants that were asked for: a dataset asks at every row. */
const variants = new Map<string, Problem>();

/**
 * The problem that a name such as `sort-7` means, where the table has none of that name; what is expected where it means
 * none; undefined where the name is not of this form.
 */
export function variantNamed(name: string): Problem | string | undefined {
  const [, base, digits] = /^(.+)-(\d+)$/.exec(name) ?? [];
  if (base === undefined || !Object.hasOwn(TRANSFORMATIONS, base)) return undefined;
  const count = Number(digits);
  if (count > FEWEST && count <= MOST && String(count) === digits) {
    const variant = variants.get(name) ?? problemOf(base, count);
    variants.set(name, variant);
    return variant;
  }
  return `${base}, which has ${FEWEST} symbols, or ${base}-N with N from ${FEWEST + 1} to ${MOST}`;
}
