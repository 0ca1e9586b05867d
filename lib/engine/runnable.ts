/** What an engine runs on inputs. */
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import type { Network, Weights } from "../model/network.ts";

/** Networks, whose outputs are averaged, or an automaton. */
export type Runnable = readonly Weights[] | Automaton;

/** The networks; an automaton has none. */
export function networksOf(runnable: Runnable): readonly Network[] {
  return isAutomaton(runnable) ? [] : runnable.map(({ network }) => network);
}

/** The alphabet. */
export function symbolsOf(runnable: Runnable): string {
  return isAutomaton(runnable) ? runnable.problem.symbols : runnable[0]!.network.symbols;
}
