/** What is asked: from what people type to symbol numbers, and back. */
import { arithmeticOf, complaintAboutSymbols, problemOf, questionOf } from "../../evaluation/questions.ts";
import { notationOf, translate } from "../../evaluation/translate.ts";
import { encodeBatch, lengthOf } from "../../model/batch.ts";
import { figure } from "../../errors.ts";
import { readNumber } from "../../problems/digits.ts";
import { readRow } from "../../problems/notation.ts";
import { MOST_SYMBOLS, type PageData } from "../page_data.ts";

type Asked = PageData["model"];

/** A question, encoded. */
export interface Question {
  /** One character per symbol. */
  readonly input: string;
  /** The right answer; undefined where none is known. */
  readonly target: string | undefined;
  /** The input as symbol numbers, one for each position. */
  readonly numbers: Int32Array;
  /** The right answer in the form of `numbers`; undefined where none is known. */
  readonly targetNumbers: Int32Array | undefined;
  readonly positions: number;
  readonly steps: number;
}

/** The input that an expression in decimal means for a model. Throws where it means none. */
export function inputOf(expression: string, model: Asked): string {
  return translate(expression, model.problem, notationOf(model.problem, undefined)).input;
}

/** The expression in decimal that an input means; empty where it means none. */
export function expressionOf(input: string, model: Asked): string {
  return readRow(input, arithmeticOf(model)!)?.join(" ") ?? "";
}

/** The number in decimal that an answer means; undefined where it means none. */
export function numberOf(written: string, model: Asked): bigint | undefined {
  const arithmetic = arithmeticOf(model);
  return arithmetic && readNumber(written, arithmetic.radix);
}

/** The question what a model answers to an input, of which the right answer may be given. Throws on what is no input. */
export function ask(input: string, { problem, extraSteps }: Asked, given?: string): Question {
  const complaint = complaintAboutSymbols(input, problem);
  if (complaint !== undefined) throw new Error(`Cannot compute: the input has ${complaint}`);
  if (input.length > MOST_SYMBOLS) {
    const found = `the input has ${figure(input.length)} symbols`;
    throw new Error(`Cannot compute: ${found}, expected at most ${figure(MOST_SYMBOLS)}`);
  }
  const { target } = questionOf({ input, target: given }, 1, problem, problemOf(problem, undefined));
  const example = { size: 0, input, target: target ?? "" };
  const batch = encodeBatch(problem.symbols, [example], { extraSteps });
  return {
    input,
    target,
    numbers: batch.input,
    targetNumbers: target === undefined ? undefined : batch.target,
    positions: lengthOf(example),
    steps: batch.steps[0]!,
  };
}
