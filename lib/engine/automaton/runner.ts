/** Runs an automaton fast: long rows by blocks that are computed once, what remains by passes, and the rest rule by rule. */
import { pause } from "../../async/pause.ts";
import { type Automaton, firstRow, readOutOf, rowsAfter, stepsOf } from "../../automaton/automaton.ts";
import { Blocks, type RunOptions } from "../../automaton/blocks.ts";
import { machineOf } from "../../automaton/machine.ts";
import { Passes } from "./passes.ts";

/** Cells from which on a row is tried by blocks: passes take less than 0.2 s for a shorter one. */
const LONG = 16384;
/** Cells that passes can compute in the time of a new block. Where blocks are more than that, passes are faster. */
const CELLS_PER_BLOCK = 4096;
/** Blocks for each cell of a row, beyond which it is none of few patterns: where these travel, one or two are enough. */
const BLOCKS_PER_CELL = 16;
/** Cells that passes compute before timers and signals get their turn. */
const TURN = 1.5e8;

/** Runs an automaton on one input after the other. */
export class Runner {
  readonly #automaton: Automaton;
  readonly #passes: Passes | undefined;
  #blocks: Blocks | undefined;

  /** Makes the code that runs it. */
  constructor(automaton: Automaton) {
    const machine = machineOf(automaton.rules, automaton.output.length);
    this.#automaton = automaton;
    this.#passes = machine && new Passes(machine, automaton.rules.radius);
  }

  /**
   * The symbol numbers that it writes for an input, given as symbol numbers at all n positions. Throws a `RunError` with
   * the first step and the first position that it has no rule for.
   */
  async run(input: ArrayLike<number>, options: RunOptions = {}): Promise<Int32Array> {
    const { rules, output } = this.#automaton;
    let row = firstRow(this.#automaton, input);
    const steps = stepsOf(this.#automaton, row.length);
    let done = 0;
    if (row.length >= LONG) {
      this.#blocks ??= new Blocks(rules, output.length);
      const allowance = row.length * Math.min(steps / CELLS_PER_BLOCK, BLOCKS_PER_CELL);
      done = await this.#blocks.advance(row, steps, allowance, options);
    }
    if (this.#passes !== undefined) {
      const most = Math.ceil(TURN / row.length);
      for (let taken = 1; taken > 0 && done < steps; done += taken) {
        taken = this.#passes.advance(row, Math.min(steps - done, most));
        if (await pause(options.signal)) options.onProgress?.(done / steps);
      }
    }
    for (row of rowsAfter(this.#automaton, row, done)) await pause(options.signal);
    return readOutOf(this.#automaton, row);
  }
}
