// The charts of a sweep.
import { assert, assertEquals } from "@std/assert";
import { extraStepsChart } from "../../lib/picture/extra_steps.ts";
import { svgText } from "../../lib/picture/picture.ts";
import { sweepChart } from "../../lib/picture/sweep.ts";
import { marksOf, panelsOf, pointsOf, readSvg, shareLines, textsOf } from "../support/svg.ts";

Deno.test("a combination has a row for each multiple, from the low to the high end of the interval", async () => {
  const right = [1, 0.5, 0].map((share, i) => ({
    times: [1, 2, 5][i]!,
    share,
    interval: [Math.max(0, share - 0.25), Math.min(1, share + 0.25)] as const,
  }));
  const root = readSvg(
    svgText([await sweepChart(["dropout 0", "<b>"].map((label) => ({ label, runs: 4, right })))]),
  );
  const panels = panelsOf(root);
  assertEquals(panels.length, 2);
  assert(
    ["dropout 0 (4 runs)", "<b> (4 runs)", "1×", "2×", "5×"].every((text) => textsOf(root).includes(text)),
  );
  for (const panel of panels) {
    const grid = pointsOf(marksOf(panel, "x-grid")[0]!).map(([x]) => x);
    const [none, all] = [Math.min(...grid), Math.max(...grid)];
    const dots = marksOf(panel, "dot").flatMap(pointsOf);
    assertEquals(dots.map(([x]) => x), [all, (none + all) / 2, none]);
    assertEquals(new Set(dots.map(([, y]) => y)).size, 3);
    const intervals = marksOf(panel, "rule").map(({ children: [line] }) =>
      [line!.attributes.x1, line!.attributes.x2].map((x) => (Number(x) - none) / (all - none))
    );
    assertEquals(intervals.map((ends) => ends.map((end) => Math.round(100 * end))), [[75, 100], [25, 75], [
      0,
      25,
    ]]);
  }
});

Deno.test("accuracy by extra steps has a line a multiple, the median of the runs, and a marker a run", async () => {
  const rows = [0, 4].flatMap((extraSteps) =>
    [1, 10].flatMap((times) =>
      [0, 0, 1].map((accuracy) => ({ extraSteps, times, accuracy: extraSteps === 4 ? 1 : accuracy }))
    )
  );
  const root = readSvg(svgText([await extraStepsChart(rows)]));
  const [panel] = panelsOf(root);
  const [top, bottom] = shareLines(panel!);
  assertEquals(
    marksOf(panel!, "line").map((line) => pointsOf(line).map(([, y]) => y)),
    Array(2).fill([bottom, top]),
  );
  assertEquals(marksOf(panel!, "dot").map((dots) => dots.children.length), [6, 2, 6, 2]);
  assert(textsOf(root).includes("10× the training size"));
});
