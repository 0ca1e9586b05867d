/** Random automata for tests, and rows that they run on. */
import type { Automaton } from "../../lib/automaton/automaton.ts";
import { BORDER, RuleTable } from "../../lib/automaton/rule_table.ts";
import type { Random } from "../../lib/random.ts";

/** All neighbourhoods of so many cells, of which the border is at the two ends alone. */
function* neighbourhoods(radius: number, states: number): Generator<number[]> {
  function* cells(count: number): Generator<number[]> {
    if (count === 0) return yield [];
    for (const rest of cells(count - 1)) for (let state = 1; state < states; state++) yield [...rest, state];
  }
  for (let before = 0; before <= radius; before++) {
    for (let after = 0; after <= radius; after++) {
      for (const own of cells(2 * radius + 1 - before - after)) {
        yield [...new Array(before).fill(BORDER), ...own, ...new Array(after).fill(BORDER)];
      }
    }
  }
}

/** An automaton of random rules, of which about `lacking` in a thousand are not there. */
export function randomAutomaton(random: Random, lacking: number): Automaton {
  const [radius, states] = random.pick([[0, 4], [1, 3], [1, 6], [2, 3], [2, 4], [3, 3]] as const);
  // Rules that mostly keep a cell, or move one, make patterns that recur; others make chaos.
  const habit = random.pick(["chaos", "keep", "move"] as const);
  const rules = new RuleTable(radius);
  for (const cells of neighbourhoods(radius, states)) {
    if (random.integer(1000) < lacking) continue;
    const own = cells[habit === "move" ? 0 : radius]! || cells[radius]!;
    const next = habit === "chaos" || random.integer(8) === 0 ? 1 + random.integer(states - 1) : own;
    rules.add(cells, next);
  }
  return {
    problem: { name: "random", symbols: "01" },
    extraSteps: random.integer(4),
    initial: [1, 2, 1 + random.integer(states - 1)],
    output: Array.from({ length: states }, (_, state) => state === BORDER ? 0 : random.integer(3)),
    rules,
    closed: false,
    checks: [],
  };
}

/** Symbol numbers of a random input, with padding after them. */
export function randomInput(random: Random, positions: number): number[] {
  const symbols = random.between(1, positions);
  return Array.from({ length: positions }, (_, i) => i < symbols ? 1 + random.integer(2) : 0);
}
