import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { problems, solve, UsageError } from "../../mod.ts";
import { modelFor } from "../../lib/evaluation/solve.ts";
import { takeAway } from "../support/take_away.ts";
import { untrained } from "../support/untrained.ts";

Deno.test("what no shipped model can do is said in one line", () => {
  assertEquals(
    assertThrows(() => modelFor("5 - 3"), UsageError).message,
    "Cannot solve 5 - 3: no shipped model computes A - B, expected model with one that does",
  );
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
