/** The inputs that people ask models about: checked, with the right answer where one is known. */
import { isObject } from "../checks/is_object.ts";
import { messageOf, RunError, shown, UsageError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { type Arithmetic, complaintAboutText, type Problem } from "../problems/problem.ts";
import { findProblem } from "../problems/table.ts";
import type { DataProblem } from "../problems/dataset.ts";

/** An input for {@linkcode predict}, besides a mere text. Rows of a dataset are such inputs. */
export interface PredictInput {
  /** Its size, which is handed on. */
  readonly size?: number | undefined;
  /** The input, one character per symbol. */
  readonly input: string;
  /** The right answer; by default what the problem answers. */
  readonly target?: string | undefined;
}

/** What a model learned: a name and an alphabet. */
export type Learned = Pick<DataProblem, "name" | "symbols">;

/** The operation and number base of what a model learned, where that is one of two numbers. */
export function arithmeticOf({ problem }: Pick<Model, "problem">): Arithmetic | undefined {
  return problem.arithmetic ?? findProblem(problem.name)?.arithmetic;
}

/** What is wrong with the symbols of a text for a model: undefined where nothing is. */
export function complaintAboutSymbols(text: string, { name, symbols }: Learned): string | undefined {
  if (text === "") return `no symbols, expected at least one of ${symbols}`;
  for (let k = 0; k < text.length; k++) {
    if (symbols.includes(text[k]!)) continue;
    const symbol = shown(String.fromCodePoint(text.codePointAt(k)!));
    return `${symbol} at position ${k + 1}, which is no symbol of ${name}, expected one of ${symbols}`;
  }
}

/** The problem that answers a model's inputs: the one given, or the toolkit's of its name and alphabet. */
export function problemOf(learned: Learned, given: Problem | undefined): Problem | undefined {
  const problem = given ?? findProblem(learned.name);
  if (problem?.symbols === learned.symbols) return problem;
  if (given === undefined) return undefined;
  const expected = `one with the symbols ${learned.symbols}`;
  throw new UsageError(
    `Cannot ask a model of ${learned.name} with problem ${given.name}: expected ${expected}`,
    {
      code: "conflict",
      subject: "problem",
      given: given.name,
      expected,
    },
  );
}

/** What was handed over as input number `number`, from 1, checked and with its right answer where one is known. */
export function questionOf(
  given: unknown,
  number: number,
  learned: Learned,
  problem: Problem | undefined,
): PredictInput {
  const { size, input, target } = partsOf(given) ??
    fail(number, "it is neither a text nor an object with one");
  const parts = target === undefined ? { input } : { input, target };
  for (const [part, text] of Object.entries(parts)) {
    const complaint = complaintAboutSymbols(text, learned);
    if (complaint !== undefined) fail(number, `${part === "input" ? "it" : "its target"} has ${complaint}`);
  }
  return { size, input, target: target ?? (problem && answerOf(problem, input)) };
}

function partsOf(given: unknown): PredictInput | undefined {
  if (typeof given === "string") return { input: given };
  if (!isObject(given)) return undefined;
  const { size, input, target } = given;
  const fits = (size === undefined || Number.isSafeInteger(size)) && typeof input === "string" &&
    (target === undefined || typeof target === "string");
  return fits ? { size, input, target } as PredictInput : undefined;
}

function fail(number: number, reason: string): never {
  throw new UsageError(`Cannot predict input ${number}: ${reason}`, {
    code: "wrong_value",
    subject: "inputs",
  });
}

/** What a problem answers; undefined where the text is none of its inputs, at which its function throws. */
export function answerOf(problem: Problem, input: string): string | undefined {
  let target: string;
  try {
    target = problem.answer(input);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw wrongAnswer(problem, input, messageOf(thrown).split("\n")[0]!);
  }
  const complaint = complaintAboutText(target, problem.symbols, input.length);
  if (complaint !== undefined) throw wrongAnswer(problem, input, `its answer ${complaint}`);
  return target;
}

function wrongAnswer({ name }: Problem, input: string, reason: string): RunError {
  return new RunError(`Cannot compute the answer of ${name} to ${shown(input)}: ${reason}`, {
    code: "wrong_problem",
    subject: name,
  });
}
