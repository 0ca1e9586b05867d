/** Judges an automaton as models are judged: all of the share is that of the symbol which it writes. */
import type { Automaton } from "../../automaton/automaton.ts";
import type { RunOptions } from "../../automaton/blocks.ts";
import type { Batch } from "../../model/batch.ts";
import { judgeShares, winnersOf } from "../judge.ts";
import type { Judged } from "../shares.ts";
import { Runner } from "./runner.ts";

/** How an automaton is run on a batch. */
export interface AutomatonOptions extends RunOptions {
  /** Whether the device of the WebGPU backend runs it, which has been started. */
  readonly onGpu?: boolean;
}

const runners = new WeakMap<Automaton, Runner>();

/** The symbol numbers that an automaton writes for a batch, `[rows × positions]`. */
export async function writtenBy(
  automaton: Automaton,
  { rows, positions, input, lengths }: Batch,
  { onGpu, ...options }: AutomatonOptions,
): Promise<Int32Array> {
  const runner = runners.get(automaton) ?? new Runner(automaton, onGpu);
  runners.set(automaton, runner);
  const inputs = lengths.map((length, row) => input.subarray(row * positions, row * positions + length));
  const written = new Int32Array(rows * positions);
  (await runner.run(inputs, options)).forEach((symbols, row) => written.set(symbols, row * positions));
  return written;
}

/** The verdicts on a batch, as `judgeBatch` of shares.ts gives them. */
export async function judgeAutomaton(
  automaton: Automaton,
  batch: Batch,
  predicts: boolean,
  options: AutomatonOptions,
): Promise<Judged> {
  const vocabulary = automaton.problem.symbols.length + 1;
  const written = await writtenBy(automaton, batch, options);
  const shares = new Float32Array(written.length * vocabulary);
  written.forEach((symbol, k) => shares[k * vocabulary + symbol] = 1);
  const verdicts = judgeShares(batch, shares);
  return predicts ? [verdicts, ...winnersOf(batch, shares, 1)] : [verdicts];
}
