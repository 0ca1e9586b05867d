/** All inputs of a size. */
import { shapeOf } from "../evaluation/adversarial/shape.ts";
import { answerOf } from "../evaluation/questions.ts";
import type { Example } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";

/** How many inputs of that size there are at most, as far as draws of the problem's suites show. */
export function countInputs(problem: Problem, size: number): number {
  const { choices, lengths } = shapeOf(problem, size, 1);
  return lengths.reduce(
    (sum, length) => sum + choices.slice(0, length).reduce((product, { length }) => product * length, 1),
    0,
  );
}

/**
 * All inputs of that size with their answers: of the lengths and the symbols at each position that draws show, those to
 * which the problem has an answer.
 */
export function* allExamples(problem: Problem, size: number): Generator<Example> {
  const { choices, lengths } = shapeOf(problem, size, 1);
  for (const length of lengths) {
    for (const input of textsOf(choices.slice(0, length))) {
      const target = answerOf(problem, input);
      if (target !== undefined) yield { size, input, target };
    }
  }
}

/** All texts with one of the symbols at each position. */
function* textsOf(choices: readonly string[]): Generator<string> {
  const places = choices.map(() => 0);
  while (true) {
    yield places.map((choice, place) => choices[place]![choice]).join("");
    let place = places.length - 1;
    while (place >= 0 && ++places[place]! === choices[place]!.length) places[place--] = 0;
    if (place < 0) return;
  }
}
