import { assertEquals, assertRejects } from "@std/assert";
import { type Automaton, calculate, loadModel, UsageError } from "../../mod.ts";
import { BORDER } from "../../lib/automaton/rule_table.ts";
import { fill, tableOf } from "../automaton/rules.ts";

const options = { backend: "wasm" } as const;

/** An automaton of sums that writes one symbol everywhere: 0 is the padding, 1 is `0`. */
function always(symbol: number): Automaton {
  const initial = [1, 2, 3, 4];
  const next = (cells: readonly number[][]) => cells.map(([, own]) => own === BORDER ? BORDER : symbol + 1);
  return {
    ...{ ...fill(), problem: { name: "badd", symbols: "01+" }, initial, output: [0, 0, 1, 2, 3] },
    rules: tableOf({ radius: 1, next }, initial),
  };
}

Deno.test("calculate() goes on with what models answered, in the usual order", async () => {
  const models = { "+": always(1), "*": await loadModel("bmul") };
  const shares: number[] = [];
  const { answer, truth, right, steps } = await calculate(models, "(1 + 2 + 4) * 3 + 2*3", {
    ...options,
    onProgress: (share) => shares.push(share),
  });
  assertEquals(steps.map(({ expression, answer, truth }) => [expression, answer, truth]), [
    ["1 + 2", 0n, 3n],
    ["0 + 4", 0n, 4n],
    ["0 * 3", 0n, 0n],
    ["2 * 3", 6n, 6n],
    ["0 + 6", 0n, 6n],
  ]);
  assertEquals([answer, truth, right], [0n, 27n, false]);
  assertEquals(shares, shares.toSorted((a, b) => a - b));
});

Deno.test("calculate() ends where a model wrote no number", async () => {
  const { answer, truth, right, steps } = await calculate({ "+": always(0) }, "1 + 2 + 3", options);
  assertEquals([answer, truth, right], [undefined, 6n, false]);
  assertEquals(steps.map(({ expression, written }) => [expression, written]), [["1 + 2", ""]]);
});

Deno.test("calculate() refuses an operation that no model computes, and a negative answer", async () => {
  const models = { "+": always(1) };
  await assertRejects(
    () => calculate(models, "1 + 2 * 3", options),
    UsageError,
    "Cannot calculate with the model of * undefined: expected a model",
  );
  await assertRejects(
    () => calculate({ ...models, "*": always(1) }, "1 + 2 * 3", options),
    UsageError,
    "Cannot solve 2 * 3 with a model of badd: expected A + B",
  );
  await assertRejects(
    () => calculate({ ...models, "-": always(1) }, "1 - 2", options),
    UsageError,
    "Cannot solve 1 - 2: the answer is negative, expected one that is not",
  );
});
