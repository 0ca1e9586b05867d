/**
 * A proof that an automaton is right on inputs of every length.
 *
 * The automaton runs side by side with a specification, which is known to be right: a state of the product is a state of
 * each. The closure of the product has all windows of its rows, whatever the input and the step. Of these, the rows after step
 * n consist of windows whose neighbours are final for the specification. If the automaton reads out of each of their cells
 * what the specification does, it is right on every input of that form. That it never meets a neighbourhood without a rule is
 * shown along the way.
 *
 * The closure is an over-approximation: it may hold windows that no run has. So an automaton that is not proved right need
 * not be wrong.
 */
import type { Problem } from "../problems/problem.ts";
import { RunError } from "../errors.ts";
import type { Automaton } from "../automaton/automaton.ts";
import { closureOf, inRows, type LocalRule } from "./closure.ts";
import { formOf, formText, windowsOf } from "./form.ts";
import { BORDER } from "../automaton/rule_table.ts";
import { type Specification, specifications } from "./specification.ts";
import { tableRule } from "./table_rule.ts";

/** What was proved. */
export interface Proof {
  /** The form of the inputs on which the automaton is right, as a regular expression; a dot is the padding. */
  readonly form: string;
  /** Number of states of the product. */
  readonly states: number;
  /** Number of windows of the closure. */
  readonly windows: number;
}

/** Windows beyond which no closure is looked for. */
const MOST_WINDOWS = 200_000;

/** Proves that an automaton is right on all inputs of the form of the problem's. Throws a `RunError` where it cannot. */
export async function prove(
  automaton: Automaton,
  problem: Problem,
  signal?: AbortSignal,
): Promise<Proof> {
  const refused = (reason: string) =>
    new RunError(`The automaton of ${problem.name} is not proved right: ${reason}`, {
      code: "wrong_file",
      subject: "automaton",
    });
  const { problem: { symbols }, initial, extraSteps } = automaton;
  if (symbols !== problem.symbols) throw refused("its alphabet is another");
  if (extraSteps > 0) throw refused("it takes more steps than its specification");
  const specification = specifications.get(problem);
  if (specification === undefined) throw refused("the problem has no specification");
  const form = formOf(problem);
  if (form === undefined) throw refused("the problem's inputs have no form");
  const product = new Product(automaton, specification);
  const cells = 2 * product.radius + 1;
  const start = Array.from(
    `.${symbols}`,
    (symbol, number) => product.number(initial[number]!, specification.initial(symbol)),
  );
  const closure = await closureOf(product, windowsOf(form, start, cells), {
    cells,
    most: MOST_WINDOWS,
    signal,
  });
  if (closure === undefined) throw refused(`its closure has more than ${MOST_WINDOWS} windows`);
  for (const window of inRows(closure.windows.filter((window) => product.isFinal(window)))) {
    const [written, right] = product.readOuts(window);
    if (written !== right) throw refused(`it may write ${written} where ${right} is right`);
  }
  return { form: formText(problem, form), states: product.states, windows: closure.windows.length };
}

/** An automaton beside a specification. Its states are numbered as they are met, after the border's 0. */
class Product implements LocalRule {
  readonly radius: number;
  readonly #rule: LocalRule;
  readonly #pairs: (readonly [state: number, specified: string])[] = [[BORDER, ""]];
  readonly #numbers = new Map<string, number>();

  constructor(readonly automaton: Automaton, readonly specification: Specification) {
    this.radius = Math.max(1, automaton.rules.radius);
    this.#rule = tableRule(automaton.rules);
  }

  /** Number of states so far, without the border. */
  get states(): number {
    return this.#pairs.length - 1;
  }

  /** The number of a state. */
  number(state: number, specified: string): number {
    const key = `${state} ${specified}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#pairs.length);
    return this.#pairs.push([state, specified]) - 1;
  }

  next(neighbourhoods: readonly (readonly number[])[]): number[] {
    const margin = this.radius - this.#rule.radius;
    const next = this.#rule.next(
      neighbourhoods.map((cells) =>
        cells.slice(margin, cells.length - margin).map((cell) => this.#pairs[cell]![0])
      ),
    );
    return neighbourhoods.map((cells, i) => {
      const middle = cells.slice(this.radius - 1, this.radius + 2).map((cell) => this.#pairs[cell]![1]);
      const [left, own, right] = middle as [string, string, string];
      return this.number(next[i]!, this.specification.next(left, own, right));
    });
  }

  /** Whether a state may occur up to step n. */
  isPossible(state: number): boolean {
    return state === BORDER || (this.specification.isPossible?.(this.#pairs[state]![1]) ?? true);
  }

  /** Whether a window may stand in a row after step n. */
  isFinal(window: readonly number[]): boolean {
    const specified = window.map((cell) => this.#pairs[cell]![1]);
    return specified.slice(1).every((right, i) => this.specification.isFinal(specified[i]!, right));
  }

  /** What is read out of a window by the automaton and by the specification; nothing of the border. */
  readOuts(window: readonly number[]): [written: string, right: string] {
    const { problem: { symbols }, output } = this.automaton;
    const cells = window.filter((cell) => cell !== BORDER).map((cell) => this.#pairs[cell]!);
    return [
      cells.map(([state]) => `.${symbols}`[output[state]!]).join(""),
      cells.map(([, specified]) => this.specification.output(specified)).join(""),
    ];
  }
}
