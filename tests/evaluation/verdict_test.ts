// What is made of a model's output for an example.
import { judgeShares, winnersOf } from "../../lib/engine/judge.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { encodeBatch } from "../../lib/model/batch.ts";
import { readPredictions } from "../../lib/evaluation/prediction.ts";
import { isAnswerRight, isRight, readVerdicts } from "../../lib/evaluation/verdict.ts";

const examples = ["10", "01", "00", "11"].map((input) => ({ size: 2, input, target: input }));
const batch = encodeBatch("01", examples, { extraSteps: 0 });

/** Shares of PAD, 0 and 1 at both positions of each row. */
const shares = Float32Array.of(
  ...[0, 0.2, 0.8, 0, 0.9, 0.1], // right
  ...[0, 0.4, 0.6, 0, 0, 1], // wrong in the first position
  ...[1, 0, 0, 0, 1, 0], // PAD, too early
  ...[NaN, NaN, NaN, NaN, NaN, NaN],
);

Deno.test("a verdict counts positions, and its margin is that of the worst one", () => {
  const verdicts = readVerdicts(judgeShares(batch, shares));
  assertEquals(verdicts.map(({ right }) => right), [2, 1, 1, 0]);
  assertEquals(examples.map((example, i) => isRight(example, verdicts[i]!)), [true, false, false, false]);
  const [sure, near, far, broken] = verdicts.map(({ margin }) => margin);
  assertAlmostEquals(sure!, Math.log(0.8 / 0.2), 1e-5);
  assertAlmostEquals(near!, Math.log(0.4 / 0.6), 1e-5);
  assert(far! < near! && Number.isFinite(far) && broken === far);
});

Deno.test("a verdict counts the answer apart from the padding after it", () => {
  const shorter = [{ size: 2, input: "10", target: "1" }];
  const answerAndPadding = (...shares: number[]) => {
    const judged = judgeShares(encodeBatch("01", shorter, { extraSteps: 0 }), Float32Array.of(...shares));
    const verdict = readVerdicts(judged)[0]!;
    return [
      verdict.right,
      verdict.answer,
      isRight(shorter[0]!, verdict),
      isAnswerRight(shorter[0]!, verdict),
    ];
  };
  assertEquals(answerAndPadding(0, 0, 1, 1, 0, 0), [2, 1, true, true]);
  assertEquals(answerAndPadding(0, 0, 1, 0, 1, 0), [1, 1, false, true]);
  assertEquals(answerAndPadding(0, 1, 0, 1, 0, 0), [1, 0, false, false]);
});

Deno.test("a prediction is what wins up to the first PAD, and its margin the least lead of a winner's share", () => {
  const judged = judgeShares(batch, shares);
  const predictions = readPredictions("01", examples, [judged, ...winnersOf(batch, shares, 1)]);
  assertEquals(predictions.map(({ output }) => output), ["10", "11", "", ""]);
  assertEquals(predictions.map(({ right }) => right), [true, false, false, false]);
  for (const [i, margin] of [0.6, 0.2, 1, 0].entries()) {
    assertAlmostEquals(predictions[i]!.margin, margin, 1e-6);
  }
  const [, halves] = winnersOf(batch, shares, 2); // as of two models that add up to these shares
  assertAlmostEquals(halves[0]!, 0.3, 1e-6);
});

Deno.test("margins tell shares apart that round to 1", () => {
  const margin = (other: number) =>
    readVerdicts(
      judgeShares(
        encodeBatch("01", [{ size: 1, input: "1", target: "1" }], { extraSteps: 0 }),
        Float32Array.of(0, other, 1),
      ),
    )[0]!.margin;
  assert(margin(1e-20) < margin(1e-30) && margin(1e-30) < margin(0));
});
