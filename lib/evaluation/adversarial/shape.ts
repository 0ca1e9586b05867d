import { drawInput } from "../../problems/dataset.ts";
import type { Problem } from "../../problems/problem.ts";
import { Random } from "../../random.ts";

/** The form of the inputs of one size, as found from draws of the problem's suites. */
export interface Shape {
  /** The lengths that the inputs have, ascending. */
  readonly lengths: readonly number[];
  /** The symbols that each position may have, in the alphabet's order. The sign between operands has one choice. */
  readonly choices: readonly string[];
  /** The stretches of positions that vary, such as operands: first position and the one after the last. */
  readonly parts: readonly (readonly [from: number, to: number])[];
}

/** The number of draws from each suite. */
const DRAWS = 64;

/** Finds the shape of the inputs of any problem. */
export function shapeOf(problem: Problem, size: number, seed: number): Shape {
  const seen: Set<string>[] = [];
  const lengths = new Set<number>();
  for (const suite of Object.keys(problem.suites)) {
    for (let i = 0; i < DRAWS; i++) {
      const input = drawInput(problem, suite, size, new Random(seed, `adversarial shape ${suite}`, size, i));
      lengths.add(input.length);
      for (let k = 0; k < input.length; k++) (seen[k] ??= new Set()).add(input[k]!);
    }
  }
  const choices = seen.map((found) => [...problem.symbols].filter((symbol) => found.has(symbol)).join(""));
  const parts: [number, number][] = [];
  choices.forEach((own, k) => {
    if (own.length < 2) return;
    const last = parts.at(-1);
    if (last?.[1] === k) last[1]++;
    else parts.push([k, k + 1]);
  });
  return { lengths: [...lengths].sort((a, b) => a - b), choices, parts };
}
