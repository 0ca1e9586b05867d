/** The problems of strings of "Neural networks and the Chomsky hierarchy". A size is the length of the input. */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { CHOMSKY } from "../sources.ts";
import { groupsOf, hardText, refuse, reversed, SYMBOLS, uniformText } from "./texts.ts";

/** A problem of a string of some symbols. */
interface StringProblem {
  readonly name: string;
  readonly title: string;
  readonly symbols: string;
  /** Symbols that answers have besides. */
  readonly more?: string;
  readonly example: string;
  answer(input: string): string;
}

/** The places of a circle. */
const CIRCLE = 5;

const STRINGS: readonly StringProblem[] = [
  {
    ...{
      name: "parity-check",
      title: "Whether the number of ones is odd",
      symbols: "01",
      example: "1010100",
    },
    answer: (input) => String(input.replaceAll("0", "").length % 2),
  },
  {
    ...{
      name: "even-pairs",
      title: "Whether 01 and 10 occur an odd number of times together",
      symbols: "01",
    },
    example: "0101001",
    answer: (input) => input[0] === input.at(-1) ? "0" : "1",
  },
  {
    name: "cycle-navigation",
    title:
      `The place on a circle of ${CIRCLE} after steps to the right (+), to the left (-) or none (0), from 0`,
    ...{ symbols: "-0+", more: "1234", example: "+++-" },
    answer(input) {
      const at = [...input].reduce((at, step) => at + (step === "+" ? 1 : step === "-" ? CIRCLE - 1 : 0), 0);
      return String(at % CIRCLE);
    },
  },
  {
    ...{ name: "reverse-string", title: "Reversing bits", symbols: "01", example: "011010" },
    answer: reversed,
  },
  {
    ...{ name: "duplicate-string", title: "Duplicating bits", symbols: "01", example: "101" },
    answer: (input) => input.repeat(2),
  },
  {
    name: "odds-first",
    title:
      "Every second bit, then the others (as the original's code has it; its text says the first, the third, … first)",
    ...{ symbols: "01", example: "00110101" },
    answer: (input) => [1, 0].map((from) => [...input].filter((_, i) => i % 2 === from).join("")).join(""),
  },
  {
    ...{
      name: "bucket-sort",
      title: "Sorting five symbols",
      symbols: SYMBOLS.slice(0, 5),
      example: "10204112",
    },
    answer: (input) => [...input].sort().join(""),
  },
];

const about = (example: string) => ({
  ...{ family: "Chomsky hierarchy", size: "symbols of the input", source: CHOMSKY, example },
});

const ofStrings = STRINGS.map(({ name, title, symbols, more = "", example, answer }): Problem => ({
  name,
  title,
  symbols: symbols + more,
  maxSize: 40,
  suites: {
    random: (size, random) => uniformText(symbols, size, random),
    carry: (size, random) => hardText(symbols, size, random),
  },
  answer: (input) => {
    if (input === "" || [...input].some((symbol) => !symbols.includes(symbol))) {
      refuse(input, `one symbol at least, of ${symbols}`);
    }
    return answer(input);
  },
  about: about(example),
}));

/** A string twice, of which one symbol is missing; with a filler where the length is odd. */
function withGap(size: number, random: Random, draw: typeof uniformText): string {
  if (size === 1) return "1";
  const half = draw("01", Math.floor(size / 2), random);
  const gap = random.integer(2 * half.length);
  const both = half + half;
  return both.slice(0, gap) + "2" + both.slice(gap + 1) + "3".repeat(size % 2);
}

const missing: Problem = {
  name: "missing-duplicate-string",
  title:
    "The bit that is missing (2) in a string that stands there twice; 3 fills up an odd length, and 1 alone is 1",
  symbols: "0123",
  maxSize: 40,
  suites: {
    random: (size, random) => withGap(size, random, uniformText),
    carry: (size, random) => withGap(size, random, hardText),
  },
  answer(input) {
    if (input === "1") return "1";
    const expected =
      "bits that stand there twice, one of them replaced by 2, and 3 at the end where the length is odd";
    const [both] = groupsOf(input, /^([01]*2[01]*)3?$/, expected) as [string];
    const half = both.length / 2;
    const gap = both.indexOf("2");
    const bit = both[(gap + half) % both.length] ?? refuse(input, expected);
    const whole = both.replace("2", bit);
    if (whole.slice(0, half) !== whole.slice(half) || both.length % 2 === 1) refuse(input, expected);
    if ((input.length - both.length) !== 0 && input.length % 2 === 0) refuse(input, expected);
    return bit;
  },
  about: about("01100210"),
};

/** A stack from its bottom, then actions. */
function stackAndActions(
  size: number,
  random: Random,
  actions: readonly string[],
  draw: typeof uniformText,
): string {
  if (size === 1) return draw("01", 1, random);
  const stack = random.between(1, size - 1);
  return draw("01", stack, random) + uniformText(random.pick(actions), size - stack, random);
}

const stack: Problem = {
  name: "stack-manipulation",
  title:
    "A stack from its bottom, then actions (2 pops, 3 pushes 0, 4 pushes 1): the stack from its top, 2, then 0s to " +
    "one symbol more than the input has",
  symbols: "01234",
  maxSize: 40,
  suites: {
    random: (size, random) => stackAndActions(size, random, ["234"], uniformText),
    carry: (size, random) => stackAndActions(size, random, ["2", "34", "2223", "2344"], hardText),
  },
  answer(input) {
    const [bits, actions] = groupsOf(
      input,
      /^([01]+)([234]*)$/,
      "a stack of 0 and 1, then actions of 2, 3 and 4",
    );
    const stack = [...bits!];
    for (const action of actions!) {
      if (action === "2") stack.pop();
      else stack.push(action === "3" ? "0" : "1");
    }
    return `${stack.reverse().join("")}2`.padEnd(input.length + 1, "0");
  },
  about: about("0110422"),
};

/** The problems of strings. */
export const chomskyStrings: readonly Problem[] = [...ofStrings, missing, stack];
