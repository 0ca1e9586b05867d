/** Problems against oracles: thousands of inputs of every suite, small and large. */
import { assertEquals } from "@std/assert";
import { type Problem, problems } from "../../mod.ts";
import { Random } from "../../lib/random.ts";
import { seed } from "./problem_inputs.ts";

/** How many inputs of each size are drawn from each suite: many small ones, some large ones. */
const DRAWS: readonly (readonly [size: number, count: number])[] = [
  ...Array.from({ length: 10 }, (_, i) => [i + 1, 100] as const),
  [20, 20],
  [41, 20],
  [100, 2],
];

/** What must be the answer to an input of a size. Throws where it is no such input. */
export type Oracle = (input: string, size: number) => string;

/** Compares every answer of a problem; each symbol of its alphabet must occur. */
export function compare(name: string, oracle: Oracle, draws: typeof DRAWS = DRAWS): void {
  const { suites, symbols, answer } = problems[name]!;
  for (const [suite, sample] of Object.entries(suites)) {
    const seen = new Set<string>();
    for (const [size, count] of draws) {
      for (let i = 0; i < count; i++) {
        const input = sample(size, new Random(seed, `oracle ${suite}`, size, i));
        const target = answer(input);
        if (target !== oracle(input, size)) {
          assertEquals(target, oracle(input, size), `${name} of ${input} (TEST_SEED=${seed})`);
        }
        for (const symbol of input + target) seen.add(symbol);
      }
    }
    assertEquals([...seen].sort().join(""), [...symbols].sort().join(""), `symbols of ${name}, ${suite}`);
  }
}

/** Compares given examples, one a line: an input and its target. */
export function pinned(name: string, examples: Readonly<Record<string, string>>): void {
  const problem: Problem = problems[name]!;
  for (const [input, target] of Object.entries(examples)) {
    assertEquals(problem.answer(input), target, `${name} of ${input}`);
  }
}
