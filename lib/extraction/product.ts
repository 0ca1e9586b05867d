/**
 * A rule that runs beside a specification, as one cellular automaton: the product of the two. Its closure knows what the
 * specification knows of a row, such as which step it is of. So it holds fewer windows that no run has, and ends where the
 * closure of the rule alone does not.
 */
import { BORDER, RuleTable } from "../automaton/rule_table.ts";
import { type Closure, closureOf, type LocalRule } from "./closure.ts";
import { type Stretch, windowsOf } from "./form.ts";
import type { Specification } from "./specification.ts";

/** Cells of a window, or more where a neighbourhood has more: the fewer, the more windows are found that no run has. */
const LEAST_CELLS = 5;

/** A rule beside a specification. Its states are numbered as they are met, after the border's 0. */
export class Product implements LocalRule {
  readonly radius: number;
  readonly #rule: LocalRule;
  readonly #specification: Specification;
  readonly #pairs: (readonly [state: number, specified: string])[] = [[BORDER, ""]];
  readonly #numbers = new Map<string, number>();

  /** Puts a rule beside a specification. */
  constructor(rule: LocalRule, specification: Specification) {
    this.radius = Math.max(1, rule.radius);
    this.#rule = rule;
    this.#specification = specification;
  }

  /** Number of states so far, without the border. */
  get states(): number {
    return this.#pairs.length - 1;
  }

  /** The state of the rule and that of the specification in a state. */
  pair(state: number): readonly [state: number, specified: string] {
    return this.#pairs[state]!;
  }

  next(neighbourhoods: readonly (readonly number[])[]): number[] {
    const next = this.#rule.next(neighbourhoods.map((cells) => this.#own(cells)));
    return neighbourhoods.map((cells, i) => {
      const [left, own, right] = [-1, 0, 1].map((side) => this.pair(cells[this.radius + side]!)[1]);
      return this.#number(next[i]!, this.#specification.next(left!, own!, right!));
    });
  }

  /**
   * The closure of all rows of inputs of that form up to step n. `initial` are the rule's states of the padding and of each
   * symbol. Undefined where it has more windows than `most`.
   */
  async closure(
    form: readonly Stretch[],
    symbols: string,
    initial: readonly number[],
    { most, signal }: { readonly most: number; readonly signal: AbortSignal | undefined },
  ): Promise<Closure | undefined> {
    const start = Array.from(
      `.${symbols}`,
      (symbol, number) => this.#number(initial[number]!, this.#specification.initial(symbol)),
    );
    const cells = Math.max(LEAST_CELLS, 2 * this.radius + 1);
    const isPossible = (state: number) =>
      state === BORDER || (this.#specification.isPossible?.(this.pair(state)[1]) ?? true);
    return await closureOf(this, windowsOf(form, start, cells), { cells, most, isPossible, signal });
  }

  /** The rule's own part of rules of the product. */
  ownRules(rules: RuleTable): RuleTable {
    const own = new RuleTable(this.#rule.radius);
    for (const [cells, next] of rules.rules()) {
      own.add(this.#own(cells), this.pair(next)[0]);
    }
    return own;
  }

  /** The rule's own part of a neighbourhood. */
  #own(neighbourhood: readonly number[]): number[] {
    const beyond = this.radius - this.#rule.radius;
    return neighbourhood.slice(beyond, neighbourhood.length - beyond).map((cell) => this.pair(cell)[0]);
  }

  #number(state: number, specified: string): number {
    const key = `${state} ${specified}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#pairs.length);
    return this.#pairs.push([state, specified]) - 1;
  }
}
