/**
 * The local rules of an automaton: for a neighbourhood, which is a cell with `radius` cells to each side, the cell's next
 * state. State 0 is the border, which stands for every cell beyond the row.
 *
 * To look rules up fast, the table is a machine that reads a row from left to right. What it remembers, a node, is the last
 * 2·radius cells; with one cell more it knows a neighbourhood.
 */

/** The state of all cells beyond a row, which never changes. */
export const BORDER = 0;

/** Where a rule is that the table lacks. */
export interface Unknown {
  /** Position of the cell. */
  readonly position: number;
  /** The neighbourhood. */
  readonly neighbourhood: readonly number[];
}

/** A table of local rules, to which rules can be added. */
export class RuleTable {
  /** Cells to each side that a rule sees. */
  readonly radius: number;
  readonly #nodes = new Map<string, number>();
  /** For each node and state: 1 + the rule, or 0 where there is none. */
  readonly #lines: Int32Array[] = [];
  readonly #neighbourhoods: (readonly number[])[] = [];
  readonly #next: number[] = [];
  readonly #nodeAfter: number[] = [];

  /** Makes a table without rules. */
  constructor(radius: number) {
    this.radius = radius;
  }

  /** Number of rules. */
  get size(): number {
    return this.#next.length;
  }

  /** The rules, in the order in which they were added. */
  *rules(): Generator<readonly [neighbourhood: readonly number[], next: number]> {
    for (let rule = 0; rule < this.size; rule++) yield [this.#neighbourhoods[rule]!, this.#next[rule]!];
  }

  /** Adds a rule, unless there is one of this neighbourhood. */
  add(neighbourhood: readonly number[], next: number): void {
    const node = this.#node(neighbourhood.slice(0, -1));
    const last = neighbourhood.at(-1)!;
    let line = this.#lines[node]!;
    if (last >= line.length) {
      const wider = new Int32Array(2 ** Math.ceil(Math.log2(last + 2)));
      wider.set(line);
      this.#lines[node] = line = wider;
    }
    if (line[last]! > 0) return;
    this.#next.push(next);
    this.#neighbourhoods.push([...neighbourhood]);
    this.#nodeAfter.push(this.#node(neighbourhood.slice(1)));
    line[last] = this.size;
  }

  /** The next state of the cell in the middle of a neighbourhood; undefined where there is no such rule. */
  find(neighbourhood: readonly number[]): number | undefined {
    const node = this.#nodes.get(neighbourhood.slice(0, -1).join());
    const rule = node === undefined ? 0 : this.#lines[node]![neighbourhood.at(-1)!] ?? 0;
    return rule > 0 ? this.#next[rule - 1] : undefined;
  }

  /** Writes the next state of each cell of a row to `next`. Returns -1, or the first position whose rule is unknown. */
  step(row: Int32Array, next: Int32Array): number {
    const { radius } = this;
    const start = this.neighbourhood(row, 0).slice(0, -1);
    const first = this.#nodes.get(start.join());
    if (first === undefined) return 0;
    let node = first;
    for (let i = 0; i < row.length; i++) {
      const rule = this.#lines[node]![i + radius < row.length ? row[i + radius]! : BORDER];
      if (rule === undefined || rule === 0) return i;
      next[i] = this.#next[rule - 1]!;
      node = this.#nodeAfter[rule - 1]!;
    }
    return -1;
  }

  /** The neighbourhood of a position of a row. */
  neighbourhood(row: Int32Array, position: number): number[] {
    return Array.from({ length: 2 * this.radius + 1 }, (_, i) => row[position - this.radius + i] ?? BORDER);
  }

  #node(cells: readonly number[]): number {
    const key = cells.join();
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    this.#nodes.set(key, this.#lines.length);
    return this.#lines.push(new Int32Array(1)) - 1;
  }
}
