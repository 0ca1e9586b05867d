/** The tape: what is given, what the state says, and the right answer, symbol by symbol above each other. */
import type { ReadOut } from "../../engine/plain.ts";
import { PAD } from "../../model/batch.ts";
import { colourOf } from "./colours.ts";
import { element, paperOf } from "./elements.ts";
import type { Question } from "./question.ts";

/** The height of a row, and where its middle is, in CSS pixels. */
const [ROW, MIDDLE] = [24, 11];

const FONT = "ui-monospace, Menlo, Consolas, monospace";

/** Draws the tape. */
export function drawTape(question: Question, { written, margins }: ReadOut, symbols: string): void {
  const { positions, numbers, targetNumbers } = question;
  const rows = [numbers, written, ...(targetNumbers === undefined ? [] : [targetNumbers])];
  const { context, width } = paperOf(element("tape", HTMLCanvasElement), rows.length * ROW);
  const wide = width / positions;
  const size = Math.min(15, wide * 1.5);
  const ink = colourOf("ink");
  Object.assign(context, { font: `${size}px ${FONT}`, textAlign: "center", textBaseline: "middle" });
  rows.forEach((row, index) => {
    const top = index * ROW;
    for (let position = 0; position < positions; position++) {
      const number = row[position]!;
      const x = position * wide;
      const isWrong = row === written && targetNumbers !== undefined && number !== targetNumbers[position];
      if (isWrong) drawWrong(context, x, top, wide);
      context.fillStyle = ink;
      if (row === written) {
        const high = 2.5 * margins[position]!;
        context.fillRect(x + 0.1 * wide, top + ROW - 1 - high, 0.8 * wide, high);
      }
      if (wide >= 5) {
        context.globalAlpha = number === PAD ? 0.4 : 1;
        context.fillText(number === PAD ? "·" : symbols[number - 1]!, x + wide / 2, top + MIDDLE);
        context.globalAlpha = 1;
      } else if (number !== PAD) {
        // Too narrow for letters: the further back in the alphabet, the higher a bar.
        const high = 16 * number / symbols.length;
        context.fillRect(x, top + 18 - high, Math.max(0.5, wide * 0.8), high);
      }
    }
  });
}

/** Marks a wrong symbol by a box with a thick bar above it. */
function drawWrong(context: CanvasRenderingContext2D, x: number, top: number, wide: number): void {
  context.fillStyle = colourOf("wrong");
  context.fillRect(x, top, Math.max(2, wide), 3);
  context.globalAlpha = 0.25;
  context.fillRect(x, top, Math.max(2, wide), ROW - 4);
  context.globalAlpha = 1;
}
