import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { problems, RunError, solve, UsageError } from "../../mod.ts";
import { shippedFor } from "../../lib/evaluation/solve.ts";
import { takeAway } from "../support/take_away.ts";
import { untrained } from "../support/untrained.ts";

Deno.test("what no shipped model can do is said in one line", () => {
  assertEquals(
    assertThrows(() => shippedFor("5-3"), UsageError).message,
    "Cannot solve 5 - 3: no shipped model computes A - B, expected model with one that does",
  );
  assertThrows(
    () => shippedFor("1 + 6/3"),
    UsageError,
    "Cannot solve 1 + 6 / 3: no shipped model computes A / B",
  );
  assertThrows(() => shippedFor("(5)"), UsageError, "Cannot solve (5): it has no operation, expected one");
  assertEquals(shippedFor("1 + 2 * (3 + 4)"), { "+": "badd", "*": "bmul" });
});

Deno.test("solve() asks a problem of one's own for the symbols of a difference, or judges its number alone", async () => {
  const model = untrained(takeAway, 1, { maps: 4 });
  const asked: string[] = [];
  const problem = {
    ...takeAway,
    answer: (input: string) => {
      asked.push(input);
      return takeAway.answer(input);
    },
  };
  const options = { backend: "wasm" } as const;
  const { truth, written, right } = await solve(model, "12 - 5", { ...options, problem });
  assertEquals([truth, right, asked], [7n, written === "1110", ["0011-1010"]]);
  const alone = await solve(model, "12 - 5", options);
  assertEquals([alone.truth, alone.right], [7n, alone.answer === 7n]);
  await assertRejects(() => solve(model, "5 - 12", options), UsageError, "the answer is negative, expected");
  await assertRejects(
    () => solve(untrained(problems.badd, 1, { maps: 4 }), "5 - 3", options),
    UsageError,
    "Cannot solve 5 - 3 with a model of badd: expected A + B",
  );
});

Deno.test("solve() takes an expression as far as the model's problem has it, with the problem's own answer", async () => {
  const options = { backend: "wasm" } as const;
  const ask = (name: string, expression: string) =>
    solve(untrained(problems[name]!, 1, { maps: 4 }), expression, options);
  for (
    const [name, expression, value] of [
      ["expra", "12 + 30 / 4*2 - 5", 21n],
      ["bexprs", "1 - 3 + 5", 3n],
      ["bexprsm-brackets", "2 * (9-3)", 12n],
      ["badd3", "1 + 2 + 30", 33n],
      ["mulk", "5 * 6 * 7 * 8", 1680n],
    ] as const
  ) {
    const { truth, answer, right } = await ask(name, expression);
    assertEquals([truth, right], [value, answer === value], name);
  }
  const refused = [
    [
      "bexprs",
      "12 * 3",
      "Cannot solve 12 * 3 with a model of bexprs: expected numbers with + - between them",
    ],
    [
      "bexprs",
      "4 - (3)",
      "Cannot solve 4 - (3) with a model of bexprs: expected numbers with + - between them",
    ],
    [
      "exprs-brackets",
      "4 * 3",
      "with a model of exprs-brackets: expected numbers with + - between them, and brackets",
    ],
    ["bexprs", "1 - 3", "Cannot solve 1 - 3: the answer is negative, expected one that is not"],
    ["expra", "7 / 0", "Cannot solve 7 / 0: it divides by zero, expected another divisor"],
    ["badd3", "1 + 2", "Cannot solve 1 + 2 with a model of badd3: expected A + B + C"],
    ["addk", "1 * 2", "Cannot solve 1 * 2 with a model of addk: expected numbers with + between them"],
  ] as const;
  for (const [name, expression, message] of refused) {
    await assertRejects(() => ask(name, expression), UsageError, message);
  }
});

Deno.test("solve() takes the notation of a problem of one's own, and refuses symbols that the problem has not", async () => {
  const { arithmetic: _, ...rest } = takeAway;
  const mine = (write: () => string) => ({ ...rest, notation: { radix: 2, form: "A - B", write } });
  const model = untrained(mine(() => ""), 1, { maps: 4 });
  const options = { backend: "wasm" } as const;
  const problem = mine(() => "0011-1010");
  assertEquals((await solve(model, "12 - 5", { ...options, problem })).truth, 7n);
  await assertRejects(() => solve(model, "12 - 5", options), UsageError, "expected a model of numbers");
  await assertRejects(
    () => solve(model, "12 - 5", { ...options, problem: mine(() => "2-1") }),
    RunError,
    'Cannot write 12 - 5 for a model of takeAway: its notation yields "2" at position 1',
  );
});
