/** Rules that see no further than they need. */
import type { Automaton } from "../automaton/automaton.ts";
import { RuleTable } from "../automaton/rule_table.ts";

/**
 * The automaton with rules that see fewer cells, where the outermost ones never matter: the same answers to all inputs. As
 * in `minimise.ts`, only closed rules are changed, and only to what is `wanted`.
 */
export async function narrowed(
  automaton: Automaton,
  wanted: (narrower: Automaton) => Promise<boolean>,
): Promise<Automaton> {
  const { rules, closed } = automaton;
  if (!closed || rules.radius === 0) return automaton;
  const table = new RuleTable(rules.radius - 1);
  for (const [cells, next] of rules.rules()) {
    const inner = cells.slice(1, -1);
    table.add(inner, next);
    if (table.find(inner) !== next) return automaton;
  }
  const narrower = { ...automaton, rules: table };
  return await wanted(narrower) ? await narrowed(narrower, wanted) : automaton;
}
