/** Inputs drawn from the suites of problems. */
import { type Problem, problems } from "../../lib/problems/mod.ts";
import { Random } from "../../lib/random.ts";

/** What all draws of a run of the tests come from. */
export const seed: number = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`problem_inputs: TEST_SEED=${seed}`);

/** The problem of that name. */
export function problem(name: string): Problem {
  return problems[name]!;
}

/** `count` inputs of a suite. */
export function draw(
  name: string,
  suite: string,
  size: number,
  count: number,
  from: number = seed,
): string[] {
  const sample = problem(name).suites[suite]!;
  return Array.from({ length: count }, (_, i) => sample(size, new Random(from, "test", size, i)));
}

/** The number whose digits stand least significant first. */
export function valueOf(digits: string, radix: number): bigint {
  const written = [...digits].reverse().join("");
  return BigInt(radix === 2 ? `0b${written}` : written);
}

/** The digits of a number, least significant first, in a fixed width. */
export function digitsOf(value: bigint, radix: number, width: number): string {
  return [...value.toString(radix).padStart(width, "0")].reverse().join("");
}
