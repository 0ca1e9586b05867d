// The chart of a training: which panels it has, and what they show.
import { assert, assertEquals } from "@std/assert";
import { svgText } from "../../lib/picture/picture.ts";
import { trainingChart, type TrainingRow, type ValidationPoint } from "../../lib/picture/training.ts";
import { type Element, marksOf, panelsOf, pointsOf, readSvg, shareLines, textsOf } from "../support/svg.ts";

const metrics: TrainingRow[] = [1, 0.1, 0.01].map((loss, i) => ({
  step: 100 * (i + 1),
  attempt: i < 2 ? 1 : 2,
  size: 2 + 2 * i,
  loss,
}));

const validations: ValidationPoint[] = [200, 300].flatMap((step) =>
  [4, 8, 20, 40].flatMap((size) => [
    { step, size, sequence_accuracy: step === 200 ? 0 : 1, confirmation: 0 },
    { step, size, sequence_accuracy: 1, confirmation: 0 },
    { step, size, sequence_accuracy: 0.3, confirmation: 1 },
  ])
);

async function drawn(
  metrics: readonly TrainingRow[],
  validations: readonly ValidationPoint[],
): Promise<Element> {
  return readSvg(svgText([await trainingChart(metrics, validations)]));
}

Deno.test("a training has panels for loss, size and validation over one axis of steps", async () => {
  const root = await drawn(metrics, validations);
  const [loss, size, validation, ...others] = panelsOf(root);
  assertEquals(others, []);
  const [first, second, third] = pointsOf(marksOf(loss!, "line")[0]!);
  assertEquals(second![1] - first![1], third![1] - second![1], "the scale is not logarithmic");
  assert(first![1] < third![1]);
  const sizes = pointsOf(marksOf(size!, "line")[0]!).map(([, y]) => y);
  assertEquals(sizes.toSorted((a, b) => b - a), sizes);
  const steps = [loss, size].map((panel) => pointsOf(marksOf(panel!, "line")[0]!).map(([x]) => x));
  assertEquals(steps[0], steps[1]);
  assertEquals(pointsOf(marksOf(validation!, "line")[0]!).map(([x]) => x), steps[0]!.slice(1));
  assertEquals(textsOf(root).filter((text) => text === "step").length, 1);
});

Deno.test("the validation has a line a size: the suite with the most errors, without confirmations", async () => {
  const root = await drawn([], validations);
  const [panel, ...others] = panelsOf(root);
  assertEquals(others, []);
  const [top, bottom] = shareLines(panel!);
  const lines = marksOf(panel!, "line").map((line) => pointsOf(line).map(([, y]) => y));
  assertEquals(lines, Array(4).fill([bottom, top]));
  for (const label of ["size 4 (1×)", "size 8 (2×)", "size 20 (5×)", "size 40 (10×)"]) {
    assert(textsOf(root).includes(label), label);
  }
});

Deno.test("a new attempt is marked, and noise has a panel where there is some", async () => {
  const noisy = metrics.map((row, i) => ({ ...row, state_noise: i / 10 }));
  const root = await drawn(noisy, []);
  const panels = panelsOf(root);
  assertEquals(panels.length, 3);
  for (const panel of panels) {
    assertEquals(marksOf(panel, "text").map(({ text }) => text), ["attempt 2"]);
    const x = Math.round(Number(marksOf(panel, "rule")[0]!.children[0]!.attributes.x1));
    assertEquals(x, pointsOf(marksOf(panel, "line")[0]!)[2]![0]);
  }
  assert(textsOf(root).includes("noise on the state (half of its range)"));
  assertEquals(panelsOf(await drawn(metrics.map((row) => ({ ...row, state_noise: 0 })), [])).length, 2);
});

Deno.test("a loss of 0 and a single row are drawn", async () => {
  const [loss] = panelsOf(await drawn([{ step: 8, attempt: 1, size: 3, loss: 0 }], []));
  assertEquals(pointsOf(marksOf(loss!, "line")[0]!).flat().filter(Number.isNaN), []);
});
