/** The kind of an automaton. */
import { type Kind, objectWith, TEXT, wholeFrom } from "../checks/options.ts";
import { RuleTable } from "./rule_table.ts";

/** An automaton. */
export const AUTOMATON: Kind = objectWith("an automaton, as loadAutomaton yields it", {
  problem: objectWith("what it does", { name: TEXT, symbols: TEXT }),
  extraSteps: wholeFrom(0),
  rules: { words: "a table of rules", is: (value) => value instanceof RuleTable },
});
