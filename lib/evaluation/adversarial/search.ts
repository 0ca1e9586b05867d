import { drawInput, type Example } from "../../problems/dataset.ts";
import { complaintAboutText, type Problem } from "../../problems/problem.ts";
import { keyOf, Random } from "../../random.ts";
import type { Verdict } from "../verdict.ts";
import { mutated } from "./mutations.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** Inputs that are kept to be mutated. */
const SURVIVORS = 32;

/** One of this many candidates is drawn from a suite. */
const FRESH_EVERY = 4;

/** The most draws for a candidate that was not tried before. If all were tried, few inputs of that size are left. */
const DRAWS = 50;

/**
 * A simple evolutionary search for inputs that a model gets wrong: those with the least margin so far are mutated. What
 * it proposes depends on the problem, the size, the seed and the verdicts alone.
 */
export class Search {
  readonly #problem: Problem;
  readonly #size: number;
  readonly #seed: number;
  readonly #shape: Shape;
  readonly #seen = new Set<string>();
  #survivors: { readonly input: string; readonly margin: number }[] = [];
  #candidates = 0;

  /** Starts a search for inputs of one size. */
  constructor(problem: Problem, size: number, seed: number) {
    this.#problem = problem;
    this.#size = size;
    this.#seed = seed;
    this.#shape = shapeOf(problem, size, seed);
  }

  /** Up to `count` examples that were not proposed before; fewer where hardly any are left. */
  propose(count: number): Example[] {
    return Array.from({ length: count }, () => this.#candidate()).filter((example) => example !== undefined);
  }

  /** Takes the verdicts on the examples that were proposed. */
  learn(examples: readonly Example[], verdicts: readonly Verdict[]): void {
    const found = examples.map(({ input }, i) => ({ input, margin: verdicts[i]!.margin }));
    this.#survivors = [...this.#survivors, ...found].sort((a, b) => a.margin - b.margin).slice(0, SURVIVORS);
  }

  #candidate(): Example | undefined {
    const number = this.#candidates++;
    const random = new Random(this.#seed, "adversarial", this.#size, number);
    for (let draw = 0; draw < DRAWS; draw++) {
      const input = this.#draw(number, random);
      // Only a hash is kept, because the inputs of a long search would fill the memory.
      const key = keyOf(0, input).join();
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const target = this.#answer(input);
      if (target !== undefined) return { size: this.#size, input, target };
    }
  }

  /** Draws a candidate: every fourth one, and all before there are verdicts, from a suite; the others from a survivor. */
  #draw(number: number, random: Random): string {
    const suites = Object.keys(this.#problem.suites);
    const fresh = () => drawInput(this.#problem, random.pick(suites), this.#size, random);
    const context = { shape: this.#shape, random, mate: fresh() };
    if (this.#survivors.length === 0 || number % FRESH_EVERY === 0) {
      return random.integer(2) === 0 ? fresh() : mutated(fresh(), context);
    }
    // The survivors with the least margins are chosen most often.
    const place = Math.floor(random.uniform() ** 2 * this.#survivors.length);
    return mutated(this.#survivors[place]!.input, context);
  }

  /** The target; undefined where a mutation made a text that is no input of the problem. */
  #answer(input: string): string | undefined {
    try {
      const target = this.#problem.answer(input);
      return complaintAboutText(target, this.#problem.symbols, this.#size) === undefined ? target : undefined;
    } catch {
      return undefined; // that it is no input is all that the error says
    }
  }
}
