/** A finite automaton that computes a problem: one cell for each position, and a table of local rules. */
import { RunError, shown } from "../errors.ts";
import { BORDER, type RuleTable } from "./rule_table.ts";

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

/**
 * Runs an automaton on an input given as symbol numbers at all n positions, with the padding's after the input. Returns the
 * symbol numbers that it writes. Throws a {@linkcode RunError} where it has no rule: it does not guess.
 */
export function runAutomaton(
  { initial, extraSteps, output, rules }: Automaton,
  input: ArrayLike<number>,
): number[] {
  let row = Int32Array.from(input, (number) => initial[number]!);
  let next = new Int32Array(row.length);
  for (let step = 1; step <= input.length + extraSteps; step++) {
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
    [row, next] = [next, row];
  }
  return Array.from(row, (state) => state === BORDER ? 0 : output[state]!);
}
