/**
 * A proof that an automaton is right on inputs of every length.
 *
 * The automaton runs beside a specification, which is known to be right. The closure of their product has all windows of its
 * rows, whatever the input and the step. Of these, a row after step n has only such in which all neighbours are final for the
 * specification. If in all of these the automaton is read out as the specification is, it is right on every input of that
 * form. That it never meets a neighbourhood without a rule is shown along the way.
 *
 * The closure may hold windows that no run has. So an automaton that is not proved right need not be wrong.
 */
import type { Automaton } from "../automaton/automaton.ts";
import { BORDER } from "../automaton/rule_table.ts";
import { RunError } from "../errors.ts";
import type { Problem } from "../problems/problem.ts";
import { inRows } from "./closure.ts";
import { formOf, formText } from "./form.ts";
import { Product } from "./product.ts";
import { specifications } from "./specification.ts";
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
export const MOST_WINDOWS = 200_000;

/** Proves that an automaton is right on all inputs of the form of the problem's. Throws a `RunError` where it cannot. */
export async function prove(automaton: Automaton, problem: Problem, signal?: AbortSignal): Promise<Proof> {
  const refused = (reason: string) =>
    new RunError(`The automaton of ${problem.name} is not proved right: ${reason}`, {
      code: "wrong_file",
      subject: "automaton",
    });
  const { problem: { symbols }, initial, output, extraSteps, rules } = automaton;
  if (symbols !== problem.symbols) throw refused("its alphabet is another");
  const specification = specifications.get(problem);
  if (specification === undefined) throw refused("the problem has no specification");
  if (extraSteps > 0) throw refused("it takes more steps than its specification");
  const form = formOf(problem);
  if (form === undefined) throw refused("the problem's inputs have no form");
  const product = new Product(tableRule(rules), specification);
  const closure = await product.closure(form, symbols, initial, { most: MOST_WINDOWS, signal });
  if (closure === undefined) throw refused(`its closure has more than ${MOST_WINDOWS} windows`);
  const last = closure.windows.filter((window) => {
    const specified = window.map((cell) => product.pair(cell)[1]);
    return specified.slice(1).every((right, i) => specification.isFinal(specified[i]!, right));
  });
  for (const window of inRows(last)) {
    const pairs = window.filter((cell) => cell !== BORDER).map((cell) => product.pair(cell));
    const written = pairs.map(([state]) => `.${symbols}`[output[state]!]).join("");
    const right = pairs.map(([, specified]) => specification.output(specified)).join("");
    if (written !== right) throw refused(`it may write ${written} where ${right} is right`);
  }
  return { form: formText(problem, form), states: product.states, windows: closure.windows.length };
}

/** The proof that an automaton is right; undefined where there is none. */
export async function proofOf(
  automaton: Automaton,
  problem: Problem,
  signal?: AbortSignal,
): Promise<Proof | undefined> {
  try {
    return await prove(automaton, problem, signal);
  } catch (error) {
    if (error instanceof RunError) return undefined;
    throw error;
  }
}
