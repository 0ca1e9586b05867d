/** Tries an automaton on all inputs of small sizes, and on examples of all suites at larger ones. */
import { pause } from "../async/pause.ts";
import { RunError } from "../errors.ts";
import { encodeBatch, lengthOf } from "../model/batch.ts";
import { type Example, sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import type { AutomatonCheck } from "../automaton/automaton.ts";
import type { LocalRule } from "./closure.ts";
import { allExamples, countInputs } from "./inputs.ts";
import { observe } from "./observe.ts";
import type { RuleTable } from "../automaton/rule_table.ts";

/** Inputs of a size beyond which they are not listed. */
export const MOST_INPUTS = 2 ** 22;
/** Cells times steps that are computed between two looks at the signal. */
const WORK = 2 ** 25;

/** What is tried. */
export interface TryOptions {
  /** The problem, which knows the answers. */
  readonly problem: Problem;
  /** The largest size of which all inputs are tried. */
  readonly exhaustive: number;
  /** Sizes at which examples of all suites are tried. */
  readonly sizes: readonly number[];
  /** Number of examples of each of these sizes and suites. */
  readonly examples: number;
  /** Selects the examples. */
  readonly seed: number;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

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

/** What is tried out: a rule, and the table of what is known of it, to which is added what runs need beyond that. */
export interface Tried extends Entrance {
  /** The rule. */
  readonly rule: LocalRule;
  /** The rules that are known. */
  readonly rules: RuleTable;
  /** The number of the symbol that is read out of a state. */
  readonly outputOf: (state: number) => number;
}

/** Tries an automaton out, from easy inputs to hard ones. */
export async function* tryOut(tried: Tried, options: TryOptions): AsyncGenerator<AutomatonCheck> {
  const { rule, rules, outputOf, symbols, extraSteps } = tried;
  for (const { suite, size, count, examples } of tests(options)) {
    let errors = 0;
    for (const some of chunks(examples, extraSteps)) {
      await pause(options.signal);
      const { target, positions } = encodeBatch(symbols, some, { extraSteps });
      const last = observe(rule, rules, initialRows(some, tried), (row) => row.length + extraSteps);
      errors += last.filter((row, i) =>
        row.some((state, position) =>
          outputOf(state) !== target[i * positions + position]
        )
      ).length;
    }
    yield { suite, size, examples: count, errors };
  }
}

/** What an automaton is tried on, easy inputs first. */
function* tests({ problem, exhaustive, sizes, examples: count, seed }: TryOptions) {
  for (let size = 1; size <= exhaustive; size++) {
    const count = countInputs(problem, size);
    if (count > MOST_INPUTS) {
      throw new RunError(`Cannot try all ${count} inputs of size ${size}: expected at most ${MOST_INPUTS}`, {
        code: "too_large",
        subject: "exhaustive",
      });
    }
    yield { suite: "all", size, count, examples: allExamples(problem, size) };
  }
  for (const size of sizes) {
    for (const suite of Object.keys(problem.suites)) {
      const draw = (_: unknown, i: number) =>
        sampleExample(problem, suite, size, new Random(seed, `automaton check ${suite}`, size, i));
      yield { suite, size, count, examples: Array.from({ length: count }, draw) };
    }
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
