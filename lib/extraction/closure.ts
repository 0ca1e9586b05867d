/**
 * The closure of an automaton: neighbourhoods among which are all that occur in any run, on inputs of any length.
 *
 * A set W of windows of k cells stands for all rows, with borders to both sides without end, of which each k cells in a
 * row are in W. Windows that no such row has are dropped. The windows of what these rows become in one step are found
 * without listing rows: window by window from the left, with the next states of at most k cells remembered. They are added
 * to W until none is new. By induction, every row of every run is then one for which W stands. W may hold windows that no
 * run has, and the fewer the larger k is.
 */
import { pause } from "../async/pause.ts";
import { BORDER, RuleTable } from "../automaton/rule_table.ts";

/** The local rule of a network or of an automaton. */
export interface LocalRule {
  /** Cells to each side that a cell's next state depends on. */
  readonly radius: number;
  /** The next states of the cells in the middle of neighbourhoods. */
  next(neighbourhoods: readonly (readonly number[])[]): number[];
}

/** Options of {@linkcode closureOf}. */
export interface ClosureOptions {
  /** Cells of a window, at least those of a neighbourhood. */
  readonly cells: number;
  /** Windows beyond which it is given up. */
  readonly most: number;
  /** Whether a state may occur; where it is known that some do not. */
  readonly isPossible?: (state: number) => boolean;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@linkcode closureOf} finds. */
export interface Closure {
  /** The windows, among which are those of every row of every run. */
  readonly windows: readonly (readonly number[])[];
  /** The rules of all neighbourhoods in them. */
  readonly rules: RuleTable;
}

/**
 * The closure of the rows of whose windows each is among the initial ones. Undefined where it has more windows than
 * `most`.
 */
export async function closureOf(
  rule: LocalRule,
  initial: Iterable<readonly number[]>,
  { cells, most, isPossible = () => true, signal }: ClosureOptions,
): Promise<Closure | undefined> {
  const table = new RuleTable(rule.radius);
  const windows = new Map<string, readonly number[]>();
  const add = (window: readonly number[]) => {
    const key = window.join();
    const isNew = !windows.has(key);
    if (isNew) windows.set(key, window);
    return isNew;
  };
  for (const window of initial) add(window);
  while (windows.size <= most) {
    await pause(signal);
    const kept = inRows([...windows.values()]);
    addRules(rule, table, kept);
    const found = nextWindows(table, kept, cells, most);
    if (found === undefined) return undefined;
    let grown = false;
    for (const window of found) grown = window.every(isPossible) && add(window) || grown;
    if (!grown) return { windows: kept, rules: table };
  }
}

/** The windows that some row has which begins and ends with borders: those on a way from the border to the border. */
export function inRows(windows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const border = windows[0]?.slice(1).fill(BORDER).join() ?? "";
  const forward = new Map<string, string[]>();
  const backward = new Map<string, string[]>();
  const ends = windows.map((window) => [window.slice(0, -1).join(), window.slice(1).join()] as const);
  for (const [from, to] of ends) {
    forward.set(from, [...forward.get(from) ?? [], to]);
    backward.set(to, [...backward.get(to) ?? [], from]);
  }
  const [after, before] = [reached(border, forward), reached(border, backward)];
  return windows.filter((_, i) => after.has(ends[i]![0]) && before.has(ends[i]![1]));
}

/** What can be reached from a place. */
function reached(start: string, ways: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set([start]);
  for (const place of found) for (const next of ways.get(place) ?? []) found.add(next);
  return found;
}

/** Adds the rules of all neighbourhoods in the windows. */
function addRules(rule: LocalRule, table: RuleTable, windows: readonly (readonly number[])[]): void {
  const width = 2 * table.radius + 1;
  const lacking = new Map<string, readonly number[]>();
  for (const window of windows) {
    for (let first = 0; first + width <= window.length; first++) {
      const neighbourhood = window.slice(first, first + width);
      if (neighbourhood[table.radius] === BORDER) continue;
      if (table.find(neighbourhood) === undefined) lacking.set(neighbourhood.join(), neighbourhood);
    }
  }
  const neighbourhoods = [...lacking.values()];
  rule.next(neighbourhoods).forEach((state, i) => table.add(neighbourhoods[i]!, state));
}

/** The windows of the next rows. Undefined where there are more than `most`. */
function nextWindows(
  table: RuleTable,
  windows: readonly (readonly number[])[],
  cells: number,
  most: number,
): readonly (readonly number[])[] | undefined {
  const width = 2 * table.radius + 1;
  // Sequences of next states by number, so that a set of them takes little room.
  const sequences: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (sequence: readonly number[]): number => {
    const key = sequence.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, sequences.length);
    return sequences.push(sequence) - 1;
  };
  const extended = new Map<number, number>(); // by sequence and state
  const append = (sequence: number, state: number): number => {
    const key = sequence * 2 ** 20 + state;
    const known = extended.get(key);
    if (known !== undefined) return known;
    const number = numberOf([...sequences[sequence]!, state]);
    extended.set(key, number);
    return number;
  };
  const placeOf = new Map<string, number>();
  const place = (key: string) => placeOf.get(key) ?? (placeOf.set(key, placeOf.size), placeOf.size - 1);
  const edges = windows.map((window) => {
    const next = Array.from(
      { length: cells - width + 1 },
      (_, first) =>
        window[first + table.radius] === BORDER ? BORDER : table.find(window.slice(first, first + width))!,
    );
    return { from: place(window.slice(0, -1).join()), to: place(window.slice(1).join()), next };
  });
  // For each place, the next states that the windows on some way to it have.
  let at = Array.from({ length: placeOf.size }, () => new Set<number>());
  for (const { to, next } of edges) at[to]!.add(numberOf(next));
  for (let more = 1; more < width; more++) {
    const after = at.map(() => new Set<number>());
    for (const { from, to, next } of edges) {
      for (const sequence of at[from]!) after[to]!.add(append(sequence, next.at(-1)!));
    }
    at = after;
    if (sequences.length > 20 * most) return undefined;
  }
  return [...new Set(at.flatMap((own) => [...own]))].map((sequence) => sequences[sequence]!);
}
