/** Tries an automaton on examples. */
import { pause } from "../async/pause.ts";
import { encodeBatch, lengthOf } from "../model/batch.ts";
import type { Example } from "../problems/dataset.ts";
import type { Automaton, AutomatonCheck } from "../automaton/automaton.ts";
import type { LocalRule } from "./closure.ts";
import { machineOf } from "../automaton/machine.ts";
import { Passes } from "../engine/automaton/passes.ts";
import { observe } from "./observe.ts";
import type { RuleTable } from "../automaton/rule_table.ts";
import { Runner } from "../engine/automaton/runner.ts";
import type { Trial } from "./trials.ts";

/** Cells times steps that are computed between two looks at the signal. */
const WORK = 2 ** 24;
/** Cells times steps without a new rule, rule by rule, from which on the code of passes is made: it takes as long. */
const QUIET = 2 ** 22;
/** Examples of a trial that are shown where they are wrong. */
const MOST_WRONG = 64;

/** How inputs become rows of states. */
export interface Entrance {
  /** The states of the padding and of each symbol. */
  readonly initial: readonly number[];
  /** The alphabet. */
  readonly symbols: string;
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
}

/** The rows before the first step. */
export function initialRows(
  examples: readonly Example[],
  { initial, symbols, extraSteps }: Entrance,
): Int32Array[] {
  const { input, positions, lengths } = encodeBatch(symbols, examples, { extraSteps });
  return lengths.map((length, row) =>
    Int32Array.from(input.subarray(row * positions, row * positions + length), (symbol) => initial[symbol]!)
  );
}

/** What is tried out. */
export interface Tried {
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
  /** Those of the examples that it gets wrong. */
  wrongOf(examples: readonly Example[]): Promise<readonly Example[]>;
}

/** A rule, and the table of what is known of it, to which is added what runs need beyond that. */
export interface Observed extends Entrance {
  /** The rule, and how many states it has so far, the border among them. */
  readonly rule: LocalRule & { readonly states: number };
  /** The rules that are known. */
  readonly rules: RuleTable;
  /** The number of the symbol that is read out of a state. */
  readonly outputOf: (state: number) => number;
}

/** Tries a rule while its table grows. What the rules that are known suffice for is run by passes. */
export function observed(own: Observed): Tried {
  const { rule, rules, outputOf, symbols, extraSteps } = own;
  let passes: Passes | undefined;
  let known = 0; // rules when the code of passes was made
  let quiet = 0; // cells times steps rule by rule since the table has grown
  return {
    extraSteps,
    wrongOf(examples) {
      const { target, positions } = encodeBatch(symbols, examples, { extraSteps });
      const before = rules.size;
      const rows = initialRows(examples, own);
      const left = rows.map((row) => {
        const steps = row.length + extraSteps;
        return steps - (passes?.advance(row, steps) ?? 0);
      });
      const last = observe(rule, rules, rows, left);
      const work = rows.reduce((sum, { length }, i) => sum + length * left[i]!, 0);
      quiet = rules.size > before ? 0 : quiet + work;
      if (quiet > QUIET && rules.size > known) {
        const machine = machineOf(rules, rule.states);
        passes = machine && new Passes(machine, rules.radius);
        known = rules.size;
      }
      return Promise.resolve(
        examples.filter((_, i) =>
          last[i]!.some((state, position) => outputOf(state) !== target[i * positions + position])
        ),
      );
    },
  };
}

/** Tries an automaton whose table is whole. */
export function running(automaton: Automaton, signal?: AbortSignal): Tried {
  const { problem: { symbols }, extraSteps } = automaton;
  const runner = new Runner(automaton);
  return {
    extraSteps,
    async wrongOf(examples) {
      const wrong: Example[] = [];
      for (const example of examples) {
        const { input, target } = encodeBatch(symbols, [example], { extraSteps });
        const [written] = await runner.run([input], { signal });
        if (written!.some((symbol, position) => symbol !== target[position])) wrong.push(example);
      }
      return wrong;
    },
  };
}

/** Options of {@linkcode tryOut}. */
export interface TryOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with a trial and how many of its examples have been tried. */
  readonly onProgress?: ((trial: Trial, done: number) => void) | undefined;
}

/** How a trial ended. */
export interface TriedOut {
  /** What was tried. */
  readonly check: AutomatonCheck;
  /** The first examples that were wrong. */
  readonly wrong: readonly Example[];
}

/** Tries something out, trial by trial. */
export async function* tryOut(
  tried: Tried,
  trials: Iterable<Trial>,
  { signal, onProgress }: TryOptions,
): AsyncGenerator<TriedOut> {
  for (const trial of trials) {
    const { suite, size, examples } = trial;
    const first: Example[] = [];
    let [errors, done] = [0, 0];
    for (const some of chunks(examples, tried.extraSteps)) {
      await pause(signal);
      onProgress?.(trial, done);
      const wrong = await tried.wrongOf(some);
      errors += wrong.length;
      done += some.length;
      first.push(...wrong.slice(0, MOST_WRONG - first.length));
    }
    yield { check: { suite, size, examples: done, errors }, wrong: first };
  }
}

/** Examples in groups of limited work. */
function* chunks(examples: Iterable<Example>, extraSteps: number): Generator<Example[]> {
  let chunk: Example[] = [];
  let work = 0;
  for (const example of examples) {
    chunk.push(example);
    const length = lengthOf(example);
    work += length * (length + extraSteps);
    if (work < WORK) continue;
    yield chunk;
    [chunk, work] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
