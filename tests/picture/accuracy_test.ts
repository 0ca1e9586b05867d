// The chart of accuracy by size: its lines, bands and marks.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { accuracyChart, type AccuracyRow } from "../../lib/picture/accuracy.ts";
import { svgText } from "../../lib/picture/picture.ts";
import { type Element, marksOf, panelsOf, pointsOf, readSvg, shareLines, textsOf } from "../support/svg.ts";

function rowsOf(model: string, shares: Record<number, number>, suite = "random"): AccuracyRow[] {
  return Object.entries(shares).map(([size, sequence_accuracy]) => ({
    model,
    problem: "copy",
    suite,
    size: Number(size),
    sequence_accuracy,
  }));
}

async function drawn(rows: readonly AccuracyRow[], trainedTo: Record<string, number> = {}): Promise<Element> {
  return readSvg(svgText([await accuracyChart(rows, new Map(Object.entries(trainedTo)))]));
}

Deno.test("a share of 1 is at the top, 0 at the bottom, and sizes that double are equally far apart", async () => {
  const [panel] = panelsOf(await drawn(rowsOf("a", { 10: 1, 20: 0.5, 40: 0 })));
  const [top, bottom] = shareLines(panel!);
  const [first, second, third] = pointsOf(marksOf(panel!, "line")[0]!);
  assertEquals([first![1], second![1], third![1]], [top, (top + bottom) / 2, bottom]);
  assert(Math.abs((second![0] - first![0]) - (third![0] - second![0])) <= 1);
  assertEquals(pointsOf(marksOf(panel!, "dot")[0]!), [first, second, third]);
});

Deno.test("each model has a line, told from others by colour, dash and marker, and each suite a panel", async () => {
  const rows = ["a", "b", "c"].flatMap((model) => [
    ...rowsOf(model, { 4: 1, 8: 0.5 }),
    ...rowsOf(model, { 4: 1, 8: 0 }, "carry"),
  ]);
  const root = await drawn(rows);
  const texts = textsOf(root);
  for (
    const text of [
      "a",
      "b",
      "c",
      "answers right (%), copy, suite random",
      "answers right (%), copy, suite carry",
    ]
  ) {
    assert(texts.includes(text), text);
  }
  const panels = panelsOf(root);
  assertEquals(panels.length, 2);
  for (const panel of panels) {
    const lines = marksOf(panel, "line").map(({ attributes }) => attributes);
    assertEquals(new Set(lines.map(({ stroke }) => stroke)).size, 3);
    assertEquals(new Set(lines.map((attributes) => attributes["stroke-dasharray"])).size, 3);
    const markers = marksOf(panel, "dot").map(({ children: [marker] }) =>
      `${marker!.name} ${marker!.attributes.d}`
    );
    assertEquals(new Set(markers).size, 3);
    assertEquals(marksOf(panel, "area").length, 0);
  }
});

Deno.test("runs that differ in their seed have one line, their median, in a band from the worst to the best", async () => {
  const rows = [0, 0.25, 1].flatMap((share, i) =>
    rowsOf(`runs/copy-s${i + 1}/model.safetensors`, { 4: 1, 8: share })
  );
  const root = await drawn(rows);
  assert(textsOf(root).includes("runs/copy (3 runs)"));
  const [panel] = panelsOf(root);
  const [top, bottom] = shareLines(panel!);
  assertEquals(marksOf(panel!, "line").length, 1);
  assertEquals(pointsOf(marksOf(panel!, "line")[0]!)[1]![1], bottom - (bottom - top) / 4);
  const band = pointsOf(marksOf(panel!, "area")[0]!).map(([, y]) => y);
  assertEquals([Math.min(...band), Math.max(...band)], [top, bottom]);
});

Deno.test("the training size is marked where it is known", async () => {
  const rows = rowsOf("a", { 10: 1, 20: 1, 40: 0 });
  const [panel] = panelsOf(await drawn(rows, { a: 20 }));
  const [line] = marksOf(panel!, "rule")[0]!.children;
  assertEquals(Math.round(Number(line!.attributes.x1)), pointsOf(marksOf(panel!, "line")[0]!)[1]![0]);
  assertEquals(marksOf(panel!, "text").map(({ text }) => text), ["trained to 20"]);
  assertEquals(marksOf(panelsOf(await drawn(rows))[0]!, "rule"), []);
});

Deno.test("a name that is markup, or moves the cursor, is shown as text", async () => {
  const name = `<script>alert("1")</script>&amp;\u0000\u202e`;
  const rows = rowsOf(name, { 4: 1 }, name).map((row) => ({ ...row, problem: name }));
  const svg = svgText([await accuracyChart(rows, new Map([[name, 4]]))]);
  assertEquals(svg.includes("<script"), false);
  const texts = textsOf(readSvg(svg));
  assert(texts.includes(`<script>alert("1")</script>&amp;\\u0000\\u202e`), texts.join("\n"));
});

Deno.test("the same rows give the same bytes, with the styles for dark paper", async () => {
  const draw = async () => svgText([await accuracyChart(rowsOf("a", { 4: 1, 8: 0.3 }), new Map([["a", 4]]))]);
  const svg = await draw();
  assertEquals(await draw(), svg);
  assertStringIncludes(svg, "@media (prefers-color-scheme:dark)");
  assertStringIncludes(svg, `class="paper" width="640"`);
  assertEquals([...svg.matchAll(/font-size="([\d.]+)/g)].filter(([, size]) => Number(size) < 11), []);
});
