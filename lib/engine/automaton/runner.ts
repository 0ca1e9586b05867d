/** Runs an automaton fast: long rows by blocks that are computed once, what remains by passes, and the rest rule by rule. */
import { pause } from "../../async/pause.ts";
import { type Automaton, firstRow, readOutOf, rowsAfter, stepsOf } from "../../automaton/automaton.ts";
import { Blocks, type RunOptions } from "../../automaton/blocks.ts";
import { machineOf } from "../../automaton/machine.ts";
import { GpuPasses, type Run } from "./gpu_passes.ts";
import { Passes } from "./passes.ts";

/** Cells from which on a row is tried by blocks: passes take less than 0.2 s for a shorter one. */
const LONG = 16384;
/** Cells that passes can compute in the time of a new block. Where blocks are more than that, passes are faster. */
const CELLS_PER_BLOCK = 4096;
/** Blocks for each cell of a row, beyond which it is none of few patterns: where these travel, one or two are enough. */
const BLOCKS_PER_CELL = 16;
/** Cells that passes compute before timers and signals get their turn. */
const TURN = 1.5e8;

/** Runs an automaton on inputs. */
export class Runner {
  readonly #automaton: Automaton;
  readonly #passes: Passes | undefined;
  readonly #gpuPasses: GpuPasses | undefined;
  #blocks: Blocks | undefined;

  /** Makes the code that runs it, in WebAssembly, and where it is so wanted in WebGPU, whose backend runs then. */
  constructor(automaton: Automaton, onGpu = false) {
    const { rules, output } = automaton;
    const machine = machineOf(rules, output.length);
    this.#automaton = automaton;
    this.#passes = machine && new Passes(machine, rules.radius);
    this.#gpuPasses = machine && onGpu ? new GpuPasses(machine, rules.radius) : undefined;
  }

  /**
   * The symbol numbers that it writes for inputs, each given as symbol numbers at all n positions. Throws a `RunError` with
   * the first step and the first position that it has no rule for in the first input where it lacks one.
   */
  async run(
    inputs: readonly ArrayLike<number>[],
    { signal, onProgress }: RunOptions = {},
  ): Promise<Int32Array[]> {
    const runs = inputs.map((input): Run => {
      const row = firstRow(this.#automaton, input);
      return { row, steps: stepsOf(this.#automaton, row.length), done: 0 };
    });
    const all = runs.reduce((sum, { steps }) => sum + steps, 0);
    const report = (more: number) =>
      onProgress?.((runs.reduce((sum, { done }) => sum + done, 0) + more) / all);
    const onTurn = async () => {
      if (await pause(signal)) report(0);
    };
    for (const run of runs.filter(({ row }) => row.length >= LONG)) {
      await this.#runBlocks(run, { signal, onProgress: (share) => report(share * run.steps) });
    }
    await this.#gpuPasses?.advance(runs, onTurn);
    const written: Int32Array[] = [];
    for (const run of runs) {
      await this.#runPasses(run, onTurn);
      let { row } = run;
      for (row of rowsAfter(this.#automaton, row, run.done)) await pause(signal);
      written.push(readOutOf(this.#automaton, row));
    }
    return written;
  }

  async #runBlocks(run: Run, options: RunOptions): Promise<void> {
    const { rules, output } = this.#automaton;
    this.#blocks ??= new Blocks(rules, output.length);
    const allowance = run.row.length * Math.min(run.steps / CELLS_PER_BLOCK, BLOCKS_PER_CELL);
    run.done = await this.#blocks.advance(run.row, run.steps, allowance, options);
  }

  async #runPasses(run: Run, onTurn: () => Promise<void>): Promise<void> {
    const most = Math.ceil(TURN / run.row.length);
    for (let taken = 1; taken > 0 && run.done < run.steps;) {
      taken = this.#passes?.advance(run.row, Math.min(run.steps - run.done, most)) ?? 0;
      run.done += taken;
      await onTurn();
    }
  }
}
