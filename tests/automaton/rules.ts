/** Automata for tests that no network has learned. */
import type { Automaton } from "../../lib/automaton/automaton.ts";
import type { LocalRule } from "../../lib/extraction/closure.ts";
import { BORDER, RuleTable } from "../../lib/automaton/rule_table.ts";

/** State 1 is the padding, 2 is `0` and 3 is `1`. A cell takes the state of the cell to its left, where there is one. */
export const moveRight: LocalRule = {
  radius: 1,
  next: (neighbourhoods) =>
    neighbourhoods.map(([left, own]) => own === BORDER ? BORDER : left === BORDER ? own! : left!),
};

/** A table of rules for all neighbourhoods of these states. */
export function tableOf(rule: LocalRule, states: readonly number[]): RuleTable {
  const table = new RuleTable(rule.radius);
  for (const left of [BORDER, ...states]) {
    for (const own of states) {
      for (const right of [BORDER, ...states]) {
        table.add([left, own, right], rule.next([[left, own, right]])[0]!);
      }
    }
  }
  return table;
}

/** An automaton that fills a row with its first symbol. */
export function fill(): Automaton {
  return {
    problem: { name: "fill", symbols: "01" },
    extraSteps: 0,
    initial: [1, 2, 3],
    output: [0, 0, 1, 2],
    rules: tableOf(moveRight, [1, 2, 3]),
    closed: true,
    checks: [{ suite: "all", size: 1, examples: 2, errors: 0 }],
  };
}

/** All windows of so many cells of rows with their borders. */
export function windowsIn(rows: readonly Int32Array[], cells: number): number[][] {
  return rows.flatMap((row) =>
    Array.from(
      { length: row.length + cells + 1 },
      (_, start) => Array.from({ length: cells }, (_, i) => row[start - cells + i] ?? BORDER),
    )
  );
}
