/** What the page says in words about what it shows. */
import type { ReadOut } from "../../engine/plain.ts";
import { figure } from "../../errors.ts";
import { arithmeticOf } from "../../evaluation/questions.ts";
import { PAD } from "../../model/batch.ts";
import type { PageData } from "../page_data.ts";
import { countDifferent, DIFFERENT } from "./comparison.ts";
import { expressionOf, numberOf } from "./question.ts";
import type { Computer } from "./computer.ts";
import type { Damage } from "./recording.ts";
import type { Cell, Scene } from "./scene.ts";

type Asked = PageData["model"];

/** An input, with the two numbers that it means. */
export function givenText(input: string, model: Asked): string {
  const expression = arithmeticOf(model) && expressionOf(input, model);
  return expression ? `${input} (${expression})` : input;
}

/** Symbols, with the number that they mean. */
export function wordsOf(symbols: string, model: Asked): string {
  const number = numberOf(symbols, model);
  return symbols === "" ? "nothing" : number === undefined ? symbols : `${symbols} (${number})`;
}

/** What a state says as symbols; padding, of which there is none within an answer, as a dot. */
export function writtenText({ written }: ReadOut, { problem: { symbols } }: Asked): string {
  const text = Array.from(written, (number) => number === PAD ? "·" : symbols[number - 1]).join("");
  return text.replace(/·+$/, "");
}

/** Where what was written is wrong; at the last step of a run that stopped, why it did. */
export function verdictOf(
  { question: { targetNumbers, steps }, undamaged: { known, stop } }: Scene,
  step: number,
  { written }: ReadOut,
): string {
  if (stop !== undefined && step === known) return `${stop}.`;
  const isLast = step === steps;
  const when = isLast ? "After the last step" : `After step ${figure(step)} of ${figure(steps)}`;
  if (targetNumbers === undefined) return `${when}; the right answer is not known.`;
  const wrong = [...written.keys()].filter((position) => written[position] !== targetNumbers[position]);
  if (wrong.length === 0) return `${when}: every position is right.`;
  const places = isLast ? `: ${listed(wrong.map(String))}` : "";
  return `${when}: ${figure(wrong.length)} of ${figure(written.length)} positions wrong${places}.`;
}

/** Up to eight things. */
function listed(things: readonly string[]): string {
  const more = things.length - 8;
  return things.slice(0, 8).join(", ") + (more > 0 ? ` and ${figure(more)} more` : "");
}

const DONE: Readonly<Record<Damage, string>> = { zero: "set to 0", flipped: "sign flipped" };

/** What was damaged. */
export function damageText({ damages, undamaged }: Scene): string {
  const { positions, computer: { maps, width } } = undamaged.recorded;
  const texts = [...damages].sort(([a], [b]) => a - b).flatMap(([step, own]) => {
    const byPosition = Map.groupBy(own, ([place]) => Math.floor(place / maps));
    return [...byPosition].map(([index, cells]) => {
      const column = width > 1 ? ` of column ${Math.floor(index / positions)}` : "";
      const what = cells.length === maps
        ? "all maps"
        : `map ${listed(cells.map(([place]) => String(place % maps)))}`;
      return `${what} at position ${index % positions}${column}, ${DONE[cells[0]![1]]} at step ${step}`;
    });
  });
  return `Damaged: ${listed(texts)}.`;
}

/** Whether a damaged run heals. */
export function healingText(scene: Scene, step: number, model: Asked): string {
  const { comparison, undamaged, recording, question: { steps } } = scene;
  if (comparison === undefined) return "";
  const now = countDifferent(recording.stateAt(step), undamaged.stateAt(step));
  const values = `${figure(now)} ${now === 1 ? "value" : "values"}`;
  const here = `${values} ${now === 1 ? "differs" : "differ"} by more than ${DIFFERENT} at step ${
    figure(step)
  }`;
  if (!scene.complete) return `${here}. The rest is being computed.`;
  const [before, after] = [undamaged, recording].map((run) => writtenText(scene.readOut(run, steps), model));
  const same = before === after;
  const healed = comparison.healedAt();
  return healed === undefined
    ? `${here}. It has not healed by the last step, ${same ? "but" : "and"} ${answerIs(same)}.`
    : `${here}. It heals: from step ${figure(healed)} on no value differs by more than ${DIFFERENT}, ` +
      `${same ? "and" : "but"} ${answerIs(same)}.`;
}

function answerIs(same: boolean): string {
  return `the answer is ${same ? "" : "not "}the same as without the damage`;
}

/** What a value is and, where it was damaged, what it would be. */
export function cellText(
  { column, map, position }: Cell,
  value: number,
  other: number | undefined,
  { width, isAutomaton }: Computer,
): string {
  if (isAutomaton) return `position ${position}: state ${value}`;
  const place = `${width > 1 ? `column ${column}, ` : ""}map ${map}, position ${position}`;
  const undamaged = other === undefined || other === value ? "" : ` (${signed(other)} without the damage)`;
  return `${place}: ${signed(value)}${undamaged}`;
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
