/** The closure of a network's rules, which is where its inputs have a form. */
import type { RuleTable } from "../automaton/rule_table.ts";
import type { Problem } from "../problems/problem.ts";
import type { Automaton } from "../automaton/automaton.ts";
import { closureOf } from "./closure.ts";
import { formOf, windowsOf } from "./form.ts";
import { minimised } from "./minimise.ts";
import { narrowed } from "./narrow.ts";
import type { NetworkRule } from "./network_rule.ts";
import { Product } from "./product.ts";
import { MOST_WINDOWS, proofOf } from "./proof.ts";
import { specifications } from "./specification.ts";

/** Windows times states of a proof beyond which no states are united, as that takes a proof for many pairs of them. */
const MOST_PROOF = 1_000_000;

/**
 * The rules of the closure, where the inputs have a form and there is a finite closure that is not too large: beside the
 * problem's specification, or else alone.
 */
export async function closedTable(
  rule: NetworkRule,
  initial: readonly number[],
  extraSteps: number,
  problem: Problem,
  signal?: AbortSignal,
): Promise<RuleTable | undefined> {
  const form = formOf(problem);
  if (form === undefined) return undefined;
  const specification = specifications.get(problem);
  if (specification && extraSteps === 0) {
    const product = new Product(rule, specification);
    const closure = await product.closure(form, problem.symbols, initial, { most: MOST_WINDOWS, signal });
    if (closure) return product.ownRules(closure.rules);
  }
  const cells = 2 * rule.radius + 1;
  const closure = await closureOf(rule, windowsOf(form, initial, cells), {
    cells,
    most: MOST_WINDOWS,
    signal,
  });
  return closure?.rules;
}

/** An automaton with fewer states and smaller neighbourhoods, so that it can be proved right if it could be before. */
export async function smallest(
  automaton: Automaton,
  problem: Problem,
  signal?: AbortSignal,
): Promise<Automaton> {
  const proof = await proofOf(automaton, problem, signal);
  if (proof && proof.windows * automaton.output.length > MOST_PROOF) return automaton;
  const isWanted = async (other: Automaton) => !proof || await proofOf(other, problem, signal) !== undefined;
  return await narrowed(await minimised(automaton, isWanted), isWanted);
}
