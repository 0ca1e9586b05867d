// The pictures of what models got wrong.
import { assert, assertEquals } from "@std/assert";
import { carryChart } from "../../lib/picture/carry.ts";
import { gallery } from "../../lib/picture/gallery.ts";
import { svgText } from "../../lib/picture/picture.ts";
import type { PredictedRow } from "../../lib/picture/predictions.ts";
import {
  type Element,
  marksOf,
  panelsOf,
  pointsOf,
  readSvg,
  shareLines,
  textsOf,
  within,
} from "../support/svg.ts";

/** A sum of 8 bits whose carry runs through `length` digits. */
function sum(length: number, right: boolean): PredictedRow {
  const input = "1".repeat(length).padEnd(8, "0") + "+" + (length > 0 ? "1" : "0").padEnd(8, "0");
  return { model: "a", problem: "badd", input, output: "", target: "", right };
}

async function carryPanel(rows: readonly PredictedRow[]): Promise<Element> {
  return panelsOf(readSvg(svgText([(await carryChart(rows))!])))[0]!;
}

Deno.test("failures by carry length are where they were, and the length from which half fail is marked", async () => {
  const rows = [0, 2, 4, 8].flatMap((length) => [sum(length, length < 8), sum(length, length < 4)]);
  const panel = await carryPanel(rows);
  const [top, bottom] = shareLines(panel);
  const line = pointsOf(marksOf(panel, "line")[0]!);
  assertEquals(line.map(([, y]) => y), [bottom, bottom, (top + bottom) / 2, top]);
  assertEquals(line[2]![0] - line[1]![0], line[1]![0] - line[0]![0]);
  assertEquals(marksOf(panel, "text").map(({ text }) => text), ["half fail from 4 on"]);
  assertEquals(Math.round(Number(marksOf(panel, "rule")[0]!.children[0]!.attributes.x1)), line[2]![0]);
});

Deno.test("where fewer than half fail at every length, no length is marked", async () => {
  const panel = await carryPanel([sum(0, true), sum(3, true), sum(3, true), sum(3, false)]);
  assertEquals([marksOf(panel, "rule"), marksOf(panel, "text")], [[], []]);
});

Deno.test("there is no chart of carries without sums, and rows that are no sums are left out", async () => {
  const odd = { ...sum(0, false), input: "1+11" };
  assertEquals(await carryChart([odd, { ...sum(1, true), problem: "copy" }]), undefined);
  assertEquals(marksOf(await carryPanel([odd, sum(2, true)]), "dot")[0]!.children.length, 1);
});

const wrong: PredictedRow = {
  model: "<script>",
  problem: "badd",
  input: "110+011",
  target: "1011",
  output: "1110",
  right: false,
};

Deno.test("an answer stands below its target and the numbers, and its wrong positions are marked by shape too", () => {
  const svg = svgText([gallery([wrong, { ...wrong, right: true }])]);
  assertEquals(svg.includes("<script"), false);
  const root = readSvg(svg);
  const texts = textsOf(root);
  assert(["1 of 2 answers wrong", "<script>: 2 of 4 positions wrong"].every((text) => texts.includes(text)));
  const lines = within(root).filter(({ attributes }) => attributes["font-family"]?.includes("monospace"));
  assertEquals(lines.map(({ text }) => text), ["110", "011", "1011", "1110"]);
  const places = lines.map(({ attributes }) => attributes.x!.split(" ").map(Number));
  assertEquals(places[2], places[3]);
  assertEquals(places[0], places[2]!.slice(0, 3));
  const boxes = within(root).filter(({ attributes }) => attributes.class === "wrong")
    .map(({ attributes }) => Number(attributes.x) + Number(attributes.width) / 2);
  assertEquals(boxes, [places[3]![1], places[3]![3]]);
  assertEquals(within(root).filter(({ name }) => name === "path").length, 2);
});

Deno.test("a symbol that is missing is a dot, and of a long answer the lines with errors are shown", () => {
  const target = "0".repeat(120);
  const row: PredictedRow = {
    model: "a",
    problem: "copy",
    input: target,
    target,
    output: target.slice(1),
    right: false,
  };
  const root = readSvg(svgText([gallery([row])]));
  const texts = textsOf(root);
  assert(texts.includes("positions 105 to 120"), texts.join("\n"));
  assertEquals(texts.filter((text) => text.startsWith("positions")).length, 1);
  assertEquals(texts.at(-1), "0".repeat(15) + "·");
});

Deno.test("without a wrong answer the gallery says so", () => {
  assertEquals(textsOf(readSvg(svgText([gallery([{ ...wrong, right: true }])]))), ["0 of 1 answers wrong"]);
});
