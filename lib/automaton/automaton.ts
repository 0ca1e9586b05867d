/** A finite automaton that computes a problem: one cell for each position, and a table of local rules. */
import { RunError, shown } from "../errors.ts";
import type { RuleTable } from "./rule_table.ts";

/** What an automaton was tried on. */
export interface AutomatonCheck {
  /** The suite; `all` for all inputs of a size. */
  readonly suite: string;
  /** The size. */
  readonly size: number;
  /** Number of inputs tried. */
  readonly examples: number;
  /** How many of them it got wrong. */
  readonly errors: number;
}

/** A cellular automaton that was made from a network. */
export interface Automaton {
  /** Name and alphabet of its problem. */
  readonly problem: { readonly name: string; readonly symbols: string };
  /** Steps beyond the length n of an input and its answer, whichever is longer: it takes n steps and these. */
  readonly extraSteps: number;
  /** The states of the cells of the padding and of each symbol of the input. */
  readonly initial: readonly number[];
  /** For each state, the number of the symbol that is read out of it, 0 for the padding. State 0 is the border. */
  readonly output: readonly number[];
  /** The local rules. */
  readonly rules: RuleTable;
  /**
   * Whether the rules are all that can occur: whatever the input and its length, a run never meets a neighbourhood that is
   * not among them. It says nothing about whether answers are right.
   */
  readonly closed: boolean;
  /** What it was tried on. */
  readonly checks: readonly AutomatonCheck[];
}

/** Whether it is an automaton, and not a model. */
export function isAutomaton(value: object): value is Automaton {
  return "rules" in value;
}

/** How many steps an automaton takes of a row of so many cells. */
export function stepsOf({ extraSteps }: Automaton, cells: number): number {
  return cells + extraSteps;
}

/** The row before the first step, for an input as symbol numbers at all n positions, with the padding's after the input. */
export function firstRow({ initial }: Automaton, input: ArrayLike<number>): Int32Array<ArrayBuffer> {
  return Int32Array.from(input, (symbol) => initial[symbol]!);
}

/** The symbol numbers that are read out of a row. */
export function readOutOf({ output }: Automaton, row: Int32Array): Int32Array<ArrayBuffer> {
  return Int32Array.from(row, (state) => output[state]!);
}

/**
 * The rows after the steps from `done` + 1 on, from the one after `done` of them, one rule after the other. Throws a
 * {@linkcode RunError} where there is no rule: an automaton does not guess.
 */
export function* rowsAfter(
  automaton: Automaton,
  row: Int32Array<ArrayBuffer>,
  done = 0,
): Generator<Int32Array<ArrayBuffer>> {
  const { rules } = automaton;
  for (let step = done + 1; step <= stepsOf(automaton, row.length); step++) {
    const next = new Int32Array(row.length);
    const unknown = rules.step(row, next);
    if (unknown >= 0) {
      const cells = shown(rules.neighbourhood(row, unknown));
      throw new RunError(
        `Cannot run the automaton on: in step ${step} it has no rule for position ${unknown}, cells ${cells}`,
        {
          code: "wrong_file",
          subject: "automaton",
          given: cells,
          expected: "a neighbourhood that it has a rule for",
        },
      );
    }
    yield row = next;
  }
}

/** What an automaton writes for an input, as symbol numbers: readable, and what the fast run is checked against. */
export function runAutomaton(automaton: Automaton, input: ArrayLike<number>): number[] {
  let row = firstRow(automaton, input);
  for (row of rowsAfter(automaton, row));
  return Array.from(readOutOf(automaton, row));
}
