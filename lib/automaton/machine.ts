/**
 * The rules of an automaton as one flat table, for code that looks a rule up in one load. The table is a machine that reads
 * a row from left to right, as that of rule_table.ts, and knows the border too: it can read on beyond both ends of a row.
 */
import { BORDER, type RuleTable } from "./rule_table.ts";

/** A machine. Its nodes have the numbers from 1; node 0 is where it stays once it has met a neighbourhood without a rule. */
export interface Machine {
  /** Bits of a state. */
  readonly bits: number;
  /** By node and state read, `node << bits | state`: the node after it, and the next state of the cell `radius` cells back. */
  readonly entries: Int32Array<ArrayBuffer>;
  /** The node before a row, which has read nothing but the border. */
  readonly start: number;
  /** The node that has read nothing. The first `2 * radius` cells after it lead on, whatever they are, and to no state. */
  readonly root: number;
}

/** The most entries of a machine: 64 MB. */
const MOST_ENTRIES = 2 ** 24;

/** The machine of a table whose states are less than `states`; undefined where it would be too large. */
export function machineOf(rules: RuleTable, states: number): Machine | undefined {
  const bits = Math.ceil(Math.log2(states));
  const nodes = new Map<string, number>();
  const found: (readonly [place: number, next: number, after: number])[] = [];
  const nodeOf = (cells: readonly number[]): number => {
    const key = cells.join();
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = nodes.size + 1;
    nodes.set(key, node);
    if (cells.length > 0) found.push([(nodeOf(cells.slice(0, -1)) << bits) + cells.at(-1)!, BORDER, node]);
    return node;
  };
  const root = nodeOf([]);
  const start = nodeOf(new Array(2 * rules.radius).fill(BORDER));
  for (const [cells, next] of withBorder(rules)) {
    const place = (nodeOf(cells.slice(0, -1)) << bits) + cells.at(-1)!;
    found.push([place, next, nodeOf(cells.slice(1))]);
    if ((nodes.size + 1) << bits > MOST_ENTRIES) return undefined;
  }
  const entries = new Int32Array((nodes.size + 1) << bits);
  for (const [place, next, after] of found) entries[place] = (after << bits) | next;
  return { bits, entries, start, root };
}

/** The rules, and those by which the cells beyond the two ends of a row stay what they are. */
function* withBorder(rules: RuleTable): Generator<readonly [cells: readonly number[], next: number]> {
  const { radius } = rules;
  const isBorder = (cell: number) => cell === BORDER;
  yield [new Array(2 * radius + 1).fill(BORDER), BORDER];
  for (const [cells, next] of rules.rules()) {
    yield [cells, next];
    for (let by = 1; by <= radius; by++) {
      const beyond = new Array<number>(by).fill(BORDER);
      if (cells.slice(0, radius).every(isBorder)) yield [[...beyond, ...cells.slice(0, -by)], BORDER];
      if (cells.slice(radius + 1).every(isBorder)) yield [[...cells.slice(by), ...beyond], BORDER];
    }
  }
}
