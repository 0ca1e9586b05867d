/**
 * Runs long rows of an automaton by blocks of cells that are computed once, however often they occur (Gosper's "hashlife",
 * 1984). A block is a pair of blocks of half its cells; the least ones are single cells. What is in the middle half of a
 * block some steps later depends on the block alone, and is put together from blocks of half the cells and half the steps.
 * A row in which few patterns travel, however long, has few different blocks.
 */
import { pause } from "../async/pause.ts";
import { BORDER, type RuleTable } from "./rule_table.ts";

/** The most blocks that are kept, in 340 MB. */
const MOST_BLOCKS = 2 ** 24;
/** Blocks after which timers and signals get their turn. */
const TURN = 2 ** 16;

/** No block. */
const NONE = 0;
/** The block of a single cell of state 0; those of the other states follow it. */
const CELL = 1;

/** Options of a run. */
export interface RunOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the share of the steps that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A row as blocks of `2 ** level` cells. */
interface Row {
  readonly blocks: Int32Array;
  readonly level: number;
  /** Cells of the row. */
  readonly cells: number;
  /** Cells of the border that the first block begins with. */
  readonly offset: number;
}

/** Why the blocks of a row some steps later were not computed. */
type Hindrance = "turn" | "full" | "no rule";

/** The blocks of an automaton. */
export class Blocks {
  readonly #rules: RuleTable;
  readonly #states: number;
  readonly #most: number;
  /** The level of blocks whose middle half the rules give after one step. */
  readonly #base: number;
  #count = 0;
  #left = new Int32Array(0);
  #right = new Int32Array(0);
  /** By block: its middle half, as many steps later as it can be known, where that was computed. */
  #middles = new Int32Array(0);
  /** Blocks, each at a place that depends on its halves. */
  #places = new Int32Array(0);
  /** The number of blocks at which it stops for now. */
  #stop = 0;
  #lacksRule = false;

  /** Starts without any block. The states of the automaton are less than `states`. Only tests give another `most`. */
  constructor(rules: RuleTable, states: number, most: number = MOST_BLOCKS) {
    this.#rules = rules;
    this.#states = states;
    this.#most = most;
    this.#base = Math.ceil(Math.log2(Math.max(1, rules.radius))) + 2;
    this.#forget();
  }

  /**
   * Takes at most `steps` steps of a row, which it changes. Returns how many it took: fewer where it needed more new blocks
   * than `allowance`, where the memory is too small, and where a neighbourhood has no rule.
   */
  async advance(
    cells: Int32Array,
    steps: number,
    allowance: number,
    { signal, onProgress }: RunOptions,
  ): Promise<number> {
    let row = rowOf(cells);
    let most = steps;
    let done = 0;
    let left = allowance;
    while (done < steps && most >= 1 && left > 0) {
      const take = 2 ** Math.floor(Math.log2(Math.min(most, steps - done)));
      const before = this.#count;
      const [next, hindrance] = this.#take(row, take, Math.min(TURN, left));
      left -= this.#count - before;
      if (next !== undefined) [row, done] = [next, done + take];
      else if (hindrance !== "turn") most = take / 2;
      if (hindrance === "full") {
        this.#write(row, cells);
        this.#forget();
        row = rowOf(cells);
      }
      if (await pause(signal)) onProgress?.(done / steps);
    }
    this.#write(row, cells);
    return done;
  }

  /** The row a power of two of steps later, or why it was not computed. It makes so many blocks at most. */
  #take(row: Row, steps: number, blocks: number): [Row, undefined] | [undefined, Hindrance] {
    this.#stop = Math.min(this.#most, this.#count + blocks);
    this.#lacksRule = false;
    const level = this.#base + Math.log2(steps);
    const halves = this.#raised(row, level - 1);
    const next = halves && this.#later(halves, level);
    if (next !== undefined) return [next, undefined];
    if (this.#lacksRule) return [undefined, "no rule"];
    return [undefined, this.#count === this.#most ? "full" : "turn"];
  }

  /** The same row in larger blocks or smaller ones; undefined where a block could not be made. */
  #raised(row: Row, level: number): Row | undefined {
    let { blocks } = this.#lowered(row, Math.min(level, row.level));
    for (let from = row.level; from < level; from++) {
      const border = this.#border(from);
      const halves = blocks;
      blocks = new Int32Array(Math.ceil(halves.length / 2));
      for (let i = 0; i < blocks.length; i++) {
        blocks[i] = this.#pair(halves[2 * i]!, halves[2 * i + 1] ?? border);
        if (blocks[i] === NONE) return undefined;
      }
    }
    return { ...row, blocks, level };
  }

  #lowered(row: Row, level: number): Row {
    let { blocks } = row;
    for (let from = row.level; from > level; from--) {
      const wholes = blocks;
      blocks = new Int32Array(2 * wholes.length);
      wholes.forEach((whole, i) => blocks.set([this.#left[whole]!, this.#right[whole]!], 2 * i));
    }
    return { ...row, blocks, level };
  }

  #write(row: Row, cells: Int32Array): void {
    const { blocks, offset } = this.#lowered(row, 0);
    for (let i = 0; i < cells.length; i++) cells[i] = blocks[offset + i]! - 1;
  }

  /** The row after the steps that blocks of a level show, from its halves of such blocks; undefined where one is lacking. */
  #later({ blocks, cells, offset: before }: Row, level: number): Row | undefined {
    const size = 2 ** (level - 1);
    const border = this.#border(level - 1);
    // The middles of pairs of blocks begin half a block before the first block. What is the border alone is left out.
    const first = before + size / 2 >= size ? 1 : 0;
    const offset = before + size / 2 - first * size;
    const later = new Int32Array(Math.ceil((offset + cells) / size));
    for (let i = 0; i < later.length; i++) {
      const [left, right] = [blocks[i + first - 1] ?? border, blocks[i + first] ?? border];
      later[i] = this.#middle(this.#pair(left, right), level);
      if (later[i] === NONE) return undefined;
    }
    return { blocks: later, level: level - 1, cells, offset };
  }

  /** The middle half of a block, as many steps later as it can be known; `NONE` where it could not be made. */
  #middle(block: number, level: number): number {
    if (block === NONE || this.#middles[block] !== NONE) return this.#middles[block]!;
    let middle: number;
    if (level === this.#base) {
      middle = this.#byRules(block);
    } else {
      const [left, right] = [this.#left[block]!, this.#right[block]!];
      const below = level - 1;
      const first = this.#middle(left, below);
      const second = first && this.#middle(this.#pair(this.#right[left]!, this.#left[right]!), below);
      const third = second && this.#middle(right, below);
      const fourth = third && this.#middle(this.#pair(first, second), below);
      const fifth = fourth && this.#middle(this.#pair(second, third), below);
      middle = fifth && this.#pair(fourth, fifth);
    }
    return this.#middles[block] = middle;
  }

  /** The middle half of a block of the base level, one step later. */
  #byRules(block: number): number {
    const { radius } = this.#rules;
    const whole = { blocks: Int32Array.of(block), level: this.#base, cells: 0, offset: 0 };
    const cells = Array.from(this.#lowered(whole, 0).blocks, (cell) => cell - CELL);
    let level: number[] = [];
    for (let i = cells.length / 4; i < cells.length * 3 / 4; i++) {
      const next = cells[i] === BORDER ? BORDER : this.#rules.find(cells.slice(i - radius, i + radius + 1));
      if (next === undefined) {
        this.#lacksRule = true;
        return NONE;
      }
      level.push(CELL + next);
    }
    while (level.length > 1) {
      const halves = level;
      const pair = (_: unknown, i: number) => this.#pair(halves[2 * i]!, halves[2 * i + 1]!);
      level = Array.from({ length: halves.length / 2 }, pair);
    }
    return level[0]!;
  }

  /** The block of two halves, made where it is not known; `NONE` where there is no room for it or it is not its turn. */
  #pair(left: number, right: number): number {
    if (left === NONE || right === NONE) return NONE;
    let place = this.#placeOf(left, right);
    const known = this.#places[place]!;
    if (known !== NONE) return known;
    if (this.#count >= this.#stop) return NONE;
    if (this.#count === this.#left.length) {
      this.#grow();
      place = this.#placeOf(left, right);
    }
    this.#left[this.#count] = left;
    this.#right[this.#count] = right;
    return this.#places[place] = this.#count++;
  }

  /** Where the block of two halves is among the places, or would be. */
  #placeOf(left: number, right: number): number {
    const last = this.#places.length - 1;
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let place = (hash ^ (hash >>> 13)) & last;
    for (let block; (block = this.#places[place]!) !== NONE;) {
      if (this.#left[block] === left && this.#right[block] === right) break;
      place = (place + 1) & last;
    }
    return place;
  }

  /** A block of nothing but the border. */
  #border(level: number): number {
    let block = CELL + BORDER;
    for (let from = 0; from < level; from++) block = this.#pair(block, block);
    return block;
  }

  #forget(): void {
    this.#count = CELL + this.#states;
    this.#left =
      this.#right =
      this.#middles =
      this.#places =
        new Int32Array(0);
    this.#grow();
  }

  /** Makes room for twice as many blocks. */
  #grow(): void {
    const most = 2 ** Math.ceil(Math.log2(this.#count + TURN));
    const wider = (old: Int32Array) => {
      const array = new Int32Array(most);
      array.set(old);
      return array;
    };
    this.#left = wider(this.#left);
    this.#right = wider(this.#right);
    this.#middles = wider(this.#middles);
    this.#places = new Int32Array(2 * most);
    for (let block = CELL + this.#states; block < this.#count; block++) {
      this.#places[this.#placeOf(this.#left[block]!, this.#right[block]!)] = block;
    }
  }
}

/** A row of single cells. */
function rowOf(cells: Int32Array): Row {
  return { blocks: cells.map((state) => CELL + state), level: 0, cells: cells.length, offset: 0 };
}
