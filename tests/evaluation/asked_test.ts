import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeAutomaton } from "../../lib/automaton/file.ts";
import { expectedReport } from "../../lib/evaluation/expected_report.ts";
import {
  type Automaton,
  evaluate,
  loadAutomaton,
  loadModel,
  predict,
  problems,
  solve,
  trace,
  UsageError,
} from "../../mod.ts";
import { decodeAutomaton } from "../../lib/automaton/file.ts";
import { root } from "../support/process.ts";

const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);

Deno.test("evaluate(), predict() and trace() take an automaton as they take a model", async () => {
  const rows = await Array.fromAsync(
    evaluate({ models: [{ model: automaton, name: "a" }], suites: ["random"], backend: "wasm" }),
  );
  // 1, 2, 5 and 10 times the size of which all inputs were tried.
  assertEquals(rows.map(({ size, errors }) => [size, errors]), [[14, 0], [28, 0], [70, 0], [140, 0]]);
  const [answer] = await Array.fromAsync(predict(automaton, ["0111"], { backend: "wasm" }));
  assertEquals(answer, { input: "0111", output: "1110", target: "1110", right: true, margin: 1 });
  const steps = await Array.fromAsync(trace(automaton, "0111"));
  assertEquals([steps.length, steps.at(-1)!.readOut], [5, "1110"]);
});

Deno.test("solve() asks an automaton of two numbers", async () => {
  // The first digit is the sum of two bits, as no automaton that was made from a network has it.
  const { rules: _, ...parts } = JSON.parse(encodeAutomaton(automaton));
  const states = [1, 2, 3, 4]; // padding, 0, 1 and +; the answer to 0+0 is where these stand
  const rules = states.flatMap((own) =>
    [0, ...states].flatMap((left) => [0, ...states].map((right) => [left, own, right, own === 4 ? 1 : 2]))
  );
  const sum: Automaton = decodeAutomaton(
    JSON.stringify({
      ...{ ...parts, problem: { name: "badd", symbols: "01+" }, radius: 1, initial: states },
      ...{ output: [0, 0, 1, 2, 3], rules },
    }),
    "sum.json",
  );
  const { written, truth } = await solve(sum, "0 + 0", { backend: "wasm" });
  assertEquals([written, truth], ["000", 0n]);
});

Deno.test("an automaton is not averaged, nor taken for another problem's", async () => {
  const model = await loadModel("reverse");
  const mixed = [model, automaton] as unknown as [typeof model];
  await assertRejects(() => predict(mixed, ["01"]).next(), UsageError, "expected a model");
  const other = { problem: problems.badd, backend: "wasm" } as const;
  await assertRejects(() => predict(automaton, ["01"], other).next(), UsageError, "with problem badd");
});

Deno.test("a report is not resumed with an automaton of other rules", async () => {
  const text = JSON.parse(encodeAutomaton(automaton));
  const [first, second, ...rest] = text.rules;
  const changed = { ...text, rules: [first, [...second.slice(0, -1), second.at(-1) === 1 ? 2 : 1], ...rest] };
  const models = [automaton, decodeAutomaton(JSON.stringify(changed), "changed.json")];
  const [own, other] = await Promise.all(
    models.map((model) =>
      expectedReport({ models: [{ model, name: "a" }], sizes: [2] }, { json: false, failures: undefined })
    ),
  );
  assert(own!.setup.models !== other!.setup.models);
});
