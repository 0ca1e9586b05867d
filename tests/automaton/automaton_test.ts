import { assertEquals, assertThrows } from "@std/assert";
import { runAutomaton } from "../../lib/automaton/automaton.ts";
import { decodeAutomaton, encodeAutomaton } from "../../lib/automaton/file.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { RunError } from "../../mod.ts";
import { fill } from "./rules.ts";

Deno.test("runAutomaton() takes as many steps as there are positions", () => {
  assertEquals(runAutomaton(fill(), [2, 1, 1, 2, 1]), [2, 2, 2, 2, 2]);
  assertEquals(runAutomaton(fill(), [1]), [1]);
});

Deno.test("runAutomaton() stops where it has no rule, and says where", () => {
  const whole = fill();
  const rules = new RuleTable(1);
  for (const [cells, next] of whole.rules.rules()) if (cells.join() !== "3,3,2") rules.add(cells, next);
  assertEquals(runAutomaton({ ...whole, rules }, [1, 1, 1]), [1, 1, 1]);
  const error = assertThrows(() => runAutomaton({ ...whole, rules }, [2, 1, 2, 1]), RunError);
  assertEquals(
    error.message,
    "Cannot run the automaton on: in step 2 it has no rule for position 1, cells [3,3,2]",
  );
});

Deno.test("an automaton is the same after it was written and read", () => {
  const text = encodeAutomaton(fill());
  const read = decodeAutomaton(text, "fill.json");
  assertEquals(encodeAutomaton(read), text);
  assertEquals(runAutomaton(read, [2, 1, 1]), [2, 2, 2]);
});

Deno.test("a file that is no whole automaton is refused with one line", () => {
  const good = JSON.parse(encodeAutomaton(fill()));
  const hostile: Readonly<Record<string, unknown>> = {
    "a list": [],
    "another format": { ...good, format: "neural-gpu-model" },
    "a later version": { ...good, format_version: 2 },
    "no problem": { ...good, problem: null },
    "a repeated symbol": { ...good, problem: { name: "fill", symbols: "00" } },
    "a huge radius": { ...good, radius: 1e9 },
    "steps without end": { ...good, extra_steps: 1e12 },
    "an output that is no symbol": { ...good, output: [0, 0, 1, 9] },
    "a symbol without a state": { ...good, initial: [1, 2] },
    "a symbol that is the border": { ...good, initial: [0, 2, 3] },
    "a rule of a state that is none": { ...good, rules: [[1, 1, 1, 4]] },
    "a rule that is too short": { ...good, rules: [[1, 1, 1]] },
    "a rule that makes a border": { ...good, rules: [[1, 1, 1, 0]] },
    "a rule for the border": { ...good, rules: [[1, 0, 1, 1]] },
    "two rules for the same cells": { ...good, rules: [[1, 1, 1, 1], [1, 1, 1, 2]] },
    "rules that are no list": { ...good, rules: { length: 3 } },
    "checks that are none": { ...good, checks: [{ suite: "all", size: 1, examples: 1, errors: 2 }] },
    "no word about closure": { ...good, closed: "yes" },
  };
  for (const [what, file] of Object.entries(hostile)) {
    const error = assertThrows(
      () => decodeAutomaton(JSON.stringify(file), "bad.json"),
      RunError,
      "bad.json",
      what,
    );
    assertEquals(error.message.includes("\n"), false);
  }
  assertThrows(() => decodeAutomaton("{", "bad.json"), RunError, "it is no JSON");
});
