/** All inputs of a size. */
import { shapeOf } from "../evaluation/adversarial/shape.ts";
import type { Example } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";

/** How many inputs of that size there are, as far as draws of the problem's suites show. */
export function countInputs(problem: Problem, size: number): number {
  return shapeOf(problem, size, 1).choices.reduce((product, { length }) => product * length, 1);
}

/** All inputs of that size with their answers, for problems whose symbols may be chosen position by position. */
export function* allExamples(problem: Problem, size: number): Generator<Example> {
  const { choices } = shapeOf(problem, size, 1);
  const places = choices.map(() => 0);
  while (true) {
    const input = places.map((choice, place) => choices[place]![choice]).join("");
    yield { size, input, target: problem.answer(input) };
    let place = places.length - 1;
    while (place >= 0 && ++places[place]! === choices[place]!.length) places[place--] = 0;
    if (place < 0) return;
  }
}
