/** A table of rules as a rule: what it lacks, it does not guess. */
import { RunError, shown } from "../errors.ts";
import type { LocalRule } from "./closure.ts";
import type { RuleTable } from "../automaton/rule_table.ts";

/** The rule that a table holds. It throws a {@linkcode RunError} at a neighbourhood that the table lacks. */
export function tableRule(table: RuleTable): LocalRule {
  return {
    radius: table.radius,
    next: (neighbourhoods) =>
      neighbourhoods.map((cells) => {
        const next = table.find(cells);
        if (next !== undefined) return next;
        throw new RunError(`The automaton has no rule for cells ${shown(cells)}`, {
          code: "wrong_file",
          subject: "automaton",
          given: shown(cells),
          expected: "a neighbourhood that it has a rule for",
        });
      }),
  };
}
