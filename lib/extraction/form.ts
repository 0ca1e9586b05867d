/**
 * The form of a problem's inputs: stretches of positions, each with the symbols that may stand there, such as `[01]+` or
 * `[01]+[+][01]+`. How long they are depends on the size of the input; from a size on they are only known to be at least so
 * long. The windows of a form are those of all initial rows, of any length, whose inputs have it. So what begins with them
 * needs no list of inputs.
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

/** The size from which on the lengths are those of this size or more. */
const LAST = 6;
/** Sizes from 1 that are looked at, and inputs that are drawn of each of them and each suite. */
const SIZES = 16;
const DRAWS = 64;

/** A stretch of positions. */
export interface Stretch {
  /** The numbers of the symbols that its positions may have, {@linkcode PAD} for the padding. */
  readonly symbols: readonly number[];
  /** Its length in inputs of sizes 1 to {@linkcode LAST}. */
  readonly lengths: readonly number[];
  /** Whether it is longer in larger inputs. */
  readonly grows: boolean;
}

/** The form of the inputs of a problem. Undefined where some of the inputs that were drawn do not have it. */
export function formOf(problem: Problem): readonly Stretch[] | undefined {
  const drawn = Array.from({ length: SIZES }, (_, i) => drawnRows(problem, i + 1));
  const bySize = drawn.map(stretchesOf);
  if (bySize.some(({ length }) => length !== bySize[0]!.length)) return undefined;
  const form = bySize[0]!.map((_, i) => {
    const own = bySize.map((stretches) => stretches[i]!);
    const lengths = own.slice(0, LAST).map(({ length }) => length);
    return {
      symbols: distinctNumbers(own.flatMap(({ symbols }) => symbols)),
      lengths,
      grows: own.some(({ length }) => length > lengths.at(-1)!),
    };
  });
  const textOf = (numbers: readonly number[]) =>
    String.fromCharCode(...numbers.map((number) => 0x100 + number));
  const hasForm = (row: readonly number[], size: number) =>
    new RegExp(`^${form.map((own) => `[${textOf(own.symbols)}]${timesOf(own, size)}`).join("")}$`).test(
      textOf(row),
    );
  return drawn.every((rows, i) => rows.every((row) => hasForm(row, i + 1))) ? form : undefined;
}

/** How often symbols of a stretch stand there in inputs of a size, as in a regular expression. */
function timesOf({ lengths, grows }: Stretch, size: number): string {
  return size < LAST ? `{${lengths[size - 1]}}` : `{${lengths.at(-1)}${grows ? "," : ""}}`;
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
function stretchesOf(rows: readonly (readonly number[])[]): { symbols: number[]; length: number }[] {
  const stretches: { symbols: number[]; length: number }[] = [];
  for (let at = 0; at < rows[0]!.length; at++) {
    const symbols = distinctNumbers(rows.map((row) => row[at] ?? PAD));
    const last = stretches.at(-1);
    const isMore = symbols.length > 1 && last !== undefined && last.symbols.length > 1 ||
      symbols.join() === last?.symbols.join();
    if (!isMore) stretches.push({ symbols, length: 1 });
    else {
      last.symbols = distinctNumbers([...last.symbols, ...symbols]);
      last.length++;
    }
  }
  return stretches;
}

function distinctNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

/** A form as a regular expression, with a dot for the padding. */
export function formText(problem: Pick<Problem, "symbols">, form: readonly Stretch[]): string {
  return form.map(({ symbols, grows }) =>
    `[${symbols.map((number) => `.${problem.symbols}`[number]).join("")}]${grows ? "+" : ""}`
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
  const border = { states: [BORDER], repeats: true };
  return distinct(form[0]!.lengths.flatMap((_, i) => {
    const places = form.flatMap(({ symbols, lengths, grows }) =>
      Array.from({ length: lengths[i]! }, (_, at) => ({
        states: symbols.map((number) => initial[number]!),
        repeats: at === 0 && i === LAST - 1 && grows,
      }))
    );
    return windowsOfPlaces([border, ...places, border], cells);
  }));
}

/** All windows of rows with such states at these places, of which some repeat. */
function windowsOfPlaces(
  places: readonly { readonly states: readonly number[]; readonly repeats: boolean }[],
  cells: number,
): readonly (readonly number[])[] {
  // For each place, the windows whose last cell is there.
  let ending = places.map(({ states }) => states.map((state) => [state]));
  for (let more = 1; more < cells; more++) {
    ending = places.map(({ states, repeats }, i) => {
      const before = [...ending[i - 1] ?? [], ...(repeats ? ending[i]! : [])];
      return distinct(before.flatMap((window) => states.map((state) => [...window, state])));
    });
  }
  return distinct(ending.flat());
}

/** Each of the windows once. */
function distinct(windows: readonly (readonly number[])[]): number[][] {
  return Array.from(new Map(windows.map((window) => [window.join(), [...window]])).values());
}
