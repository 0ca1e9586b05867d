/** The answers of an automaton to inputs, as those of models. */
import { pause } from "../async/pause.ts";
import type { Answer } from "../evaluation/predict.ts";
import { type PredictInput, problemOf, questionOf } from "../evaluation/questions.ts";
import { decodeSymbols, encodeBatch } from "../model/batch.ts";
import type { Problem } from "../problems/problem.ts";
import type { Automaton } from "../automaton/automaton.ts";
import { Runner } from "../engine/automaton/runner.ts";

/** Options of {@linkcode answersOf}. */
export interface AnswerOptions {
  /** Knows the right answers; by default the problem of the toolkit of that name and alphabet. */
  readonly problem?: Problem | undefined;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks an automaton. It writes as many symbols at most as the input or the right answer has; its margin is 1, as it knows
 * no others. Throws a `RunError` at an input on which it meets a neighbourhood that it has no rule for.
 */
export async function* answersOf(
  automaton: Automaton,
  inputs: Iterable<string | PredictInput> | AsyncIterable<string | PredictInput>,
  { problem: given, signal }: AnswerOptions,
): AsyncGenerator<Answer> {
  const { symbols } = automaton.problem;
  const problem = problemOf(automaton.problem, given);
  const runner = new Runner(automaton);
  let number = 0;
  for await (const asked of inputs) {
    await pause(signal);
    const { size, input, target } = questionOf(asked, ++number, automaton.problem, problem);
    const batch = encodeBatch(symbols, [{ size: 0, input, target: target ?? "" }], { extraSteps: 0 });
    const written = await runner.run(batch.input, { signal });
    yield {
      ...(size !== undefined && { size }),
      input,
      output: decodeSymbols(symbols, written),
      ...(target !== undefined &&
        { target, right: written.every((symbol, i) => symbol === batch.target[i]) }),
      margin: 1,
    };
  }
}
