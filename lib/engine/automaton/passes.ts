/**
 * Passes of an automaton over a row in WebAssembly, with one look-up a cell. A pass takes several steps at once: what one
 * step has made of a cell is what the next one reads, some cells behind it. Each step waits for its own look-ups alone, so
 * that the processor does those of all steps at the same time.
 */
import type { Machine } from "../../automaton/machine.ts";
import { all, assemble, get, i32, increase, LEAST_PAGES, repeat, Routine, set } from "../wasm/assembler.ts";

/** Steps of a pass, where so many are left. */
const TOGETHER = 4;

const PAGE = 65536;
/** Bytes of a number in memory. */
const BYTES = 4;
/** Where the table begins, behind the nodes at which the last pass ended. */
const TABLE = TOGETHER * BYTES;

/** From a row to the row so many steps later, at places in memory. `cells` are those of the row and the border behind it. */
type Pass = (from: number, to: number, cells: number) => void;

/** Takes rows of an automaton through steps. */
export class Passes {
  readonly #memory = new WebAssembly.Memory({ initial: LEAST_PAGES });
  readonly #pass: Readonly<Record<number, Pass>>;
  readonly #radius: number;
  readonly #line: number;
  readonly #rows: number;
  #cells: Int32Array;

  /** Makes the code for a machine whose rules see `radius` cells to each side. */
  constructor(machine: Machine, radius: number) {
    const { bits, entries } = machine;
    const bytes = assemble([TOGETHER, 1].map((steps) => passRoutine(machine, steps)));
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#pass = exports as unknown as Readonly<Record<number, Pass>>;
    this.#radius = radius;
    this.#line = BYTES << bits;
    this.#rows = TABLE + entries.byteLength;
    this.#cells = this.#reserve(this.#rows);
    this.#cells.set(entries.map((entry) => entry * BYTES), TABLE / BYTES);
  }

  /**
   * Takes at most `steps` steps of a row, which it changes. Returns how many it took: fewer where the next few meet a
   * neighbourhood without a rule.
   */
  advance(row: Int32Array, steps: number): number {
    // The border stands before and behind each of two rows, which take turns.
    const margin = this.#radius * TOGETHER;
    const stride = row.length + 2 * margin;
    const places = [0, stride].map((place) => this.#rows / BYTES + place + margin);
    this.#cells = this.#reserve(this.#rows + 2 * stride * BYTES);
    this.#cells.fill(0, this.#rows / BYTES, this.#rows / BYTES + 2 * stride);
    row.forEach((state, i) => this.#cells[places[0]! + i] = state * BYTES);
    let done = 0;
    while (done < steps) {
      const together = steps - done < TOGETHER ? 1 : TOGETHER;
      const behind = this.#radius * together;
      this.#pass[together]!(places[0]! * BYTES, (places[1]! - behind) * BYTES, row.length + behind);
      if (this.#cells.subarray(0, together).some((end) => end < this.#line)) break;
      places.reverse();
      done += together;
    }
    for (let i = 0; i < row.length; i++) row[i] = this.#cells[places[0]! + i]! / BYTES;
    return done;
  }

  /** All memory, at least so many bytes of it. */
  #reserve(bytes: number): Int32Array {
    const more = bytes - this.#memory.buffer.byteLength;
    if (more > 0) this.#memory.grow(Math.ceil(more / PAGE));
    return new Int32Array(this.#memory.buffer);
  }
}

/**
 * The code of a pass. In memory states, entries and nodes are multiplied by the bytes of a number, so that the sum of a
 * node's line and of a state is a place in the table.
 */
function passRoutine({ bits, start }: Machine, steps: number): Routine {
  const routine = new Routine(String(steps));
  const [from, to, cells] = routine.parameters(3);
  const state = routine.local();
  const nodes = routine.locals(steps, "i32"); // with the state that was made last, as they stand in an entry
  const states = i32.const((BYTES << bits) - 1);
  const lines = i32.const(-(BYTES << bits));
  return routine.does(
    ...nodes.map((node) => set(node, i32.const(start * BYTES << bits))),
    repeat(
      all(
        set(state, i32.load(get(from))),
        ...nodes.flatMap((node) => [
          set(node, i32.load(i32.add(i32.and(get(node), lines), get(state)), TABLE)),
          set(state, i32.and(get(node), states)),
        ]),
        i32.store(get(to), get(state)),
        ...[from, to].map((pointer) => increase(pointer, BYTES)),
        increase(cells, -1),
      ),
      get(cells),
    ),
    ...nodes.map((node, step) => i32.store(i32.const(step * BYTES), get(node))),
  );
}
