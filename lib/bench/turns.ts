/** Times variants of a computation by turns, so that what else the machine does falls on all of them alike. */
import { pause } from "../async/pause.ts";
import type { Phase } from "./report.ts";

/** Something to time: a training step in one of its variants. */
export interface Contestant {
  /** The variant's name. */
  readonly variant: string;
  /** Computes the loss, without a gradient, that many times over, and then waits for all of it. */
  forward(times: number): Promise<void>;
  /** Computes whole steps, with loss, gradient and update, that many times over, and then waits for all of it. */
  step(times: number): Promise<void>;
  /** Frees what it computes with. */
  dispose(): void;
}

/** Milliseconds of one forward pass, of one step, and of what the step took beyond the forward pass, turn by turn. */
export type Turns = Readonly<Record<Phase, readonly number[]>>;

/** How long contestants are timed. */
export interface TurnOptions {
  /**
   * Milliseconds that a turn lasts at least, by repetition; 150 by default. The GPU is waited for once a turn: a
   * training step does not wait, so that is spread over many steps.
   */
  readonly shortest?: number | undefined;
  /** Milliseconds after which 3 turns are enough, in place of 5; 15,000 by default. */
  readonly patience?: number | undefined;
  /** Once aborted, its reason is thrown after the turn that runs. */
  readonly signal?: AbortSignal | undefined;
}

/** The fewest and the most turns that count. */
export const TURNS = { fewest: 3, most: 5 } as const;

/** Milliseconds. A first step that takes longer is not repeated to find out how much of that was compilation. */
const CERTAINLY_SLOW = 3000;

/** Lets the contestants take turns. The first turns are not counted, because kernels are compiled in them. */
export async function byTurns(
  contestants: readonly Contestant[],
  { shortest = 150, patience = 15_000, signal }: TurnOptions = {},
): Promise<Turns[]> {
  const timed = contestants.map((contestant) => ({
    forward: { work: (times: number) => contestant.forward(times), repeats: 1, turns: [] as number[] },
    step: { work: (times: number) => contestant.step(times), repeats: 1, turns: [] as number[] },
  }));
  let round = 0;
  for (const own of timed.flatMap(({ forward, step }) => [forward, step])) {
    await pause(signal);
    let once = await milliseconds(own.work, 1);
    if (once < CERTAINLY_SLOW) once = await milliseconds(own.work, 1);
    own.repeats = Math.ceil(Math.min(200, shortest / once)) || 1;
    round += once * own.repeats;
  }
  const turns = Math.min(TURNS.most, Math.max(TURNS.fewest, Math.floor(patience / round)));
  for (let turn = 0; turn < turns; turn++) {
    for (const own of timed.flatMap(({ forward, step }) => [forward, step])) {
      await pause(signal);
      own.turns.push(await milliseconds(own.work, own.repeats));
    }
  }
  return timed.map(({ forward, step }) => ({
    forward: forward.turns,
    // Not below zero, where a step is so short that its turns scatter by more than it takes beyond the forward pass.
    backward: step.turns.map((time, turn) => Math.max(0, time - forward.turns[turn]!)),
    step: step.turns,
  }));
}

/** Milliseconds of one repetition, the mean of `times` of them. */
async function milliseconds(work: (times: number) => Promise<void>, times: number): Promise<number> {
  const start = performance.now();
  await work(times);
  return (performance.now() - start) / times;
}
