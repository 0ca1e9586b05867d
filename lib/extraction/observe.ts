/** Rules by observation: those that runs on given inputs need. */
import type { LocalRule } from "./closure.ts";
import type { RuleTable } from "../automaton/rule_table.ts";

/** Runs each row through its number of steps, and adds to the table the rules that they need. Returns the last rows. */
export function observe(
  rule: LocalRule,
  table: RuleTable,
  rows: readonly Int32Array[],
  steps: readonly number[],
): Int32Array[] {
  let now = rows.map((row) => row.slice());
  const most = steps.reduce((most, own) => Math.max(most, own), 0);
  for (let t = 0; t < most; t++) {
    const next = now.map((row, i) => t < steps[i]! ? new Int32Array(row.length) : row);
    const active = now.flatMap((row, i) => next[i] === row ? [] : [i]);
    let open = active.filter((i) => table.step(now[i]!, next[i]!) >= 0);
    while (open.length > 0) {
      const lacking = new Map<string, readonly number[]>();
      for (const i of open) {
        now[i]!.forEach((_, position) => {
          const neighbourhood = table.neighbourhood(now[i]!, position);
          if (table.find(neighbourhood) === undefined) lacking.set(neighbourhood.join(), neighbourhood);
        });
      }
      const neighbourhoods = [...lacking.values()];
      rule.next(neighbourhoods).forEach((state, i) => table.add(neighbourhoods[i]!, state));
      open = open.filter((i) => table.step(now[i]!, next[i]!) >= 0);
    }
    now = next;
  }
  return now;
}
