/** What models got wrong, digit by digit. */
import { findProblem } from "../problems/table.ts";
import { escapeXml, headOf, labelOf, type Part, type Picture, stacked } from "./picture.ts";
import type { PredictedRow } from "./predictions.ts";
import { WRONG } from "./style.ts";

/** How many answers are shown, the shortest first: they are the easiest to understand. */
const MOST_SHOWN = 8;

/** How many lines of an answer are shown: where it is longer, those with its first errors. */
const MOST_LINES = 3;

/** The symbols of a line, the width of each, and where they begin. */
const [COLUMNS, WIDE, LEFT] = [52, 10, 84];

/** The height of a row of symbols. */
const ROW = 16;

/** Draws inputs, targets and outputs of the rows that are wrong, one below the other; wrong positions are marked. */
export function gallery(rows: readonly PredictedRow[]): Picture {
  const judged = rows.filter(({ right }) => right !== undefined);
  const wrong = judged.filter(({ right }) => right === false)
    .toSorted((a, b) => a.input.length - b.input.length);
  const title = `${wrong.length} of ${judged.length} answers wrong`;
  const shown = wrong.slice(0, MOST_SHOWN);
  const head = headOf(title, [
    ...(shown.length < wrong.length ? [`The ${shown.length} shortest are shown.`] : []),
    ...(shown.length === 0
      ? []
      : ["Wrong positions are in a box, with a mark below; · is a position without a symbol."]),
    ...(shown.some(({ problem }) => findProblem(problem)?.arithmetic)
      ? ["Numbers start with their least significant digit."]
      : []),
  ]);
  return { label: title, ...stacked([head, ...shown.map(example)]) };
}

/** A wrong answer: a line that names it, and its symbols. */
function example(row: PredictedRow): Part {
  const { model, input, target = "", output } = row;
  const length = Math.max(target.length, output.length);
  const isWrong = (i: number) => target[i] !== output[i];
  const errors = Array.from({ length }, (_, i) => i).filter(isWrong);
  const lines = [...new Set(errors.map((i) => Math.floor(i / COLUMNS)))];
  const left = lines.length > MOST_LINES
    ? `, in ${lines.length} lines, of which the first ${MOST_LINES} are shown`
    : "";
  const caption = `${labelOf(model, 40)}: ${errors.length} of ${length} positions wrong${left}`;
  const parts = [`<text x="12" y="14" font-weight="600">${escapeXml(caption)}</text>`];
  let y = 20;
  for (const line of lines.slice(0, MOST_LINES)) {
    const from = line * COLUMNS;
    const end = Math.max(length, ...operandsOf(row).map(({ length }) => length));
    const places = Array.from({ length: Math.min(COLUMNS, end - from) }, (_, i) => from + i);
    const rows = [
      ...operandsOf(row).map((text, i) => ({
        name: input === text ? "input" : i === 0 ? "first" : "second",
        text,
      })),
      { name: "target", text: target },
      { name: "output", text: output },
    ];
    if (end > COLUMNS) parts.push(label(12, y += ROW, `positions ${from + 1} to ${from + places.length}`));
    for (const { name, text } of rows) {
      y += ROW;
      parts.push(label(12, y, name));
      if (name === "output") {
        parts.push(...places.filter((i) => i < length && isWrong(i)).map((i) => mark(i - from, y)));
      }
      const padded = name === "target" || name === "output" ? length : text.length;
      parts.push(symbols(places.filter((i) => i < padded).map((i) => text[i] ?? "·"), y));
    }
    y += ROW + 4;
  }
  return { height: y + 8, body: parts.join("\n") };
}

/** The input, or its two numbers, which stand above each other then. */
function operandsOf({ problem, input }: PredictedRow): string[] {
  const numbers = input.split(findProblem(problem)?.arithmetic?.operator ?? input);
  return numbers.length === 2 && numbers[0] !== "" ? numbers : [input];
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${escapeXml(text)}</text>`;
}

/** Symbols in columns: each has its place, whatever the font. */
function symbols(shown: readonly string[], y: number): string {
  const places = shown.map((_, i) => LEFT + i * WIDE + WIDE / 2).join(" ");
  const text = escapeXml(shown.join(""));
  return `<text x="${places}" y="${y}" text-anchor="middle" font-family="ui-monospace,monospace">${text}</text>`;
}

/** A box around a symbol, and a triangle below it. */
function mark(column: number, y: number): string {
  const x = LEFT + column * WIDE;
  const middle = x + WIDE / 2;
  return `<rect class="wrong" x="${x}" y="${
    y - 12
  }" width="${WIDE}" height="${ROW}" fill="${WRONG}" fill-opacity="0.3" stroke="${WRONG}"/>` +
    `<path d="M${middle - 4},${y + 12}h8l-4,-7z" fill="${WRONG}"/>`;
}
