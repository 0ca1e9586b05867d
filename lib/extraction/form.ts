/**
 * The form of a problem's inputs as a regular expression: stretches of positions one after the other, each of one position
 * or of any number of them, such as `[01]+` or `[01]+[+][01]+`. Its windows are those of all initial rows of any length
 * whose inputs have the form, so what begins with them needs no list of inputs.
 *
 * A problem is a program, and no other program can tell what all its inputs are. The form is found from draws, each of which
 * must have it. What is proved of a form holds for all texts of that form. That a problem has no others is to be seen from
 * its definition.
 */
import { lengthOf, PAD } from "../model/batch.ts";
import { sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import { BORDER } from "../automaton/rule_table.ts";

/** Sizes from 1 that are looked at, and inputs that are drawn of each of them and each suite. */
const SIZES = 16;
const DRAWS = 64;

/** A stretch of positions. */
export interface Stretch {
  /** The numbers of the symbols that its positions may have, {@linkcode PAD} for the padding. */
  readonly symbols: readonly number[];
  /** Whether it has one position or more; otherwise it has one. */
  readonly many: boolean;
}

/** The form of the inputs of a problem. Undefined where some of the inputs that were drawn do not have it. */
export function formOf(problem: Problem): readonly Stretch[] | undefined {
  const drawn = Array.from({ length: SIZES }, (_, i) => drawnRows(problem, i + 1));
  const bySize = drawn.map(stretchesOf);
  const form = bySize[0]!.map(({ symbols }, i) => ({
    symbols: distinctNumbers([...symbols, ...bySize.flatMap((own) => own[i]?.symbols ?? [])]),
    many: bySize.some((own) => own[i]?.many),
  }));
  const textOf = (numbers: readonly number[]) =>
    String.fromCharCode(...numbers.map((number) => 0x100 + number));
  const expression = new RegExp(
    `^${form.map(({ symbols, many }) => `[${textOf(symbols)}]${many ? "+" : ""}`).join("")}$`,
  );
  return drawn.flat().every((row) => expression.test(textOf(row))) ? form : undefined;
}

/** The symbol numbers, with the padding behind, of inputs of one size that were drawn from all suites. */
function drawnRows(problem: Problem, size: number): number[][] {
  return Object.keys(problem.suites).flatMap((suite) =>
    Array.from({ length: DRAWS }, (_, i) => {
      const example = sampleExample(problem, suite, size, new Random(1, `automaton form ${suite}`, size, i));
      return Array.from({ length: lengthOf(example) }, (_, at) =>
        at < example.input.length ? problem.symbols.indexOf(example.input[at]!) + 1 : PAD);
    })
  );
}

/** Stretches of positions that vary, or that all have one symbol. */
function stretchesOf(rows: readonly (readonly number[])[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < rows[0]!.length; at++) {
    const symbols = distinctNumbers(rows.map((row) => row[at] ?? PAD));
    const last = stretches.at(-1);
    const isMore = symbols.length > 1 && last !== undefined && last.symbols.length > 1 ||
      symbols.join() === last?.symbols.join();
    if (isMore) {
      stretches.push({ symbols: distinctNumbers([...stretches.pop()!.symbols, ...symbols]), many: true });
    } else stretches.push({ symbols, many: false });
  }
  return stretches;
}

function distinctNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

function symbolOf({ symbols }: Pick<Problem, "symbols">, number: number): string {
  return number === PAD ? "." : symbols[number - 1]!;
}

/** A form as a regular expression, with a dot for the padding. */
export function formText(problem: Pick<Problem, "symbols">, form: readonly Stretch[]): string {
  return form.map(({ symbols, many }) =>
    `[${symbols.map((number) => symbolOf(problem, number)).join("")}]${many ? "+" : ""}`
  ).join("");
}

/**
 * All windows of `cells` cells of the initial rows of that form, given the initial state of the padding and of each symbol,
 * and of the border alone.
 */
export function windowsOf(
  form: readonly Stretch[],
  initial: readonly number[],
  cells: number,
): readonly (readonly number[])[] {
  const border = { states: [BORDER], many: true };
  const stretches = [
    border,
    ...form.map(({ symbols, many }) => ({ states: symbols.map((i) => initial[i]!), many })),
    border,
  ];
  // For each stretch, the windows whose last cell is in it.
  let ending = stretches.map(({ states }) => states.map((state) => [state]));
  for (let more = 1; more < cells; more++) {
    ending = stretches.map(({ states, many }, i) => {
      const before = [...ending[i - 1] ?? [], ...(many ? ending[i]! : [])];
      return distinct(before.flatMap((window) => states.map((state) => [...window, state])));
    });
  }
  return distinct(ending.flat());
}

/** Each of the windows once. */
function distinct(windows: readonly (readonly number[])[]): number[][] {
  return Array.from(new Map(windows.map((window) => [window.join(), [...window]])).values());
}
