/**
 * Minimisation: states that no answer ever tells apart become one.
 *
 * The states are put into classes such that (1) the states of a class have the same output, and the border is alone, and
 * (2) rules whose neighbourhoods are the same class by class lead to states of the same class. The classes are the new
 * states. By (2) the rules say what becomes of them. A run on classes is then, class by class, the run on states: it begins
 * so, and if the rows agree before a step, each neighbourhood of the one is that of the other class by class, so that the
 * rule is there and the rows agree after it. By (1) the same is read out. Every neighbourhood that a run on classes meets is
 * one that a run on states meets, so the rules remain closed.
 *
 * Only closed rules are minimised. Of others some are not known, and (2) could put a known one in the place of one that is
 * not: the automaton would guess where it stopped before.
 *
 * Two classes at a time are made one wherever the rules allow it with all that follows by (2), until no two can be. If there
 * are rules for all neighbourhoods, these are the fewest states possible, since the coarsest such classes contain all
 * others. Where some neighbourhoods never occur, other choices of what to unite may lead to fewer.
 */
import type { Automaton } from "../automaton/automaton.ts";
import { BORDER, RuleTable } from "../automaton/rule_table.ts";

/**
 * The automaton with the states united that it does not need to tell apart: the same answers to all inputs. States that
 * play different parts become one too, which can make it impossible to prove what was provable. So two are united only if
 * the automaton that comes of it is `wanted`.
 */
export async function minimised(
  automaton: Automaton,
  wanted: (smaller: Automaton) => Promise<boolean>,
): Promise<Automaton> {
  const { output, rules, closed } = automaton;
  // A neighbourhood must have a number: with two cells to each side, of at most 1,551 states.
  if (!closed || output.length ** (2 * rules.radius + 1) > Number.MAX_SAFE_INTEGER) return automaton;
  const classes = new Classes(automaton);
  let smallest = automaton;
  for (let state = BORDER + 2; state < output.length; state++) {
    for (let other = BORDER + 1; other < state && classes.isFirst(state); other++) {
      const classOf = classes.isFirst(other) ? classes.united(other, state) : undefined;
      if (classOf === undefined) continue;
      const smaller = ofClasses(automaton, classOf);
      if (await wanted(smaller)) [classes.classOf, smallest] = [classOf, smaller];
    }
  }
  return smallest;
}

/** The automaton whose states are classes, each known by its first state. */
function ofClasses(automaton: Automaton, classOf: readonly number[]): Automaton {
  const { initial, output, rules } = automaton;
  const firsts = Array.from(output.keys()).filter((state) => classOf[state] === state);
  const numbers = new Map(firsts.map((state, number) => [state, number]));
  const numberOf = (state: number) => numbers.get(classOf[state]!)!;
  const table = new RuleTable(rules.radius);
  for (const [cells, next] of rules.rules()) table.add(cells.map(numberOf), numberOf(next));
  return {
    ...automaton,
    initial: initial.map(numberOf),
    output: firsts.map((state) => output[state]!),
    rules: table,
  };
}

/** Classes of states, each known by its first state. At the beginning each state has one of its own. */
class Classes {
  /** The class of each state. */
  classOf: readonly number[];
  readonly #output: readonly number[];
  readonly #rules: readonly (readonly [cells: readonly number[], next: number])[];
  /** For each state, the rules in whose neighbourhoods it stands. */
  readonly #uses: readonly number[][];
  /** Pairs of classes that cannot be one. Later they cannot either, as classes only grow. */
  readonly #apart = new Set<number>();

  constructor({ output, rules }: Automaton) {
    this.classOf = Array.from(output.keys());
    this.#output = output;
    this.#rules = [...rules.rules()];
    this.#uses = output.map(() => []);
    this.#rules.forEach(([cells], rule) => {
      for (const state of new Set(cells)) this.#uses[state]!.push(rule);
    });
  }

  /** Whether a state is the first of its class. */
  isFirst(state: number): boolean {
    return this.classOf[state] === state;
  }

  /** The classes where two of them are one, with all others that must then be one. Undefined where outputs forbid it. */
  united(one: number, other: number): readonly number[] | undefined {
    const classOf = this.#closed(one, other);
    if (classOf === undefined) this.#apart.add(this.#pair(one, other));
    return classOf;
  }

  #closed(one: number, other: number): readonly number[] | undefined {
    const classOf = [...this.classOf];
    const pairs = [[one, other] as const];
    // What neighbourhoods of united classes lead to. Two rules become the same only where both have such a class.
    const nextOf = new Map<number, number>();
    for (const [one, other] of pairs) {
      const [first, second] = [classOf[one]!, classOf[other]!].sort((one, other) => one - other) as [
        number,
        number,
      ];
      if (first === second) continue;
      if (!this.#mayBeOne(first, second)) return undefined;
      const members = [...classOf.keys()].filter((state) =>
        classOf[state] === first || classOf[state] === second
      );
      for (const state of members) classOf[state] = first;
      for (const rule of members.flatMap((state) => this.#uses[state]!)) {
        const [cells, next] = this.#rules[rule]!;
        const key = cells.reduce((key, cell) => key * classOf.length + classOf[cell]!, 0);
        const known = nextOf.get(key);
        if (known === undefined) nextOf.set(key, next);
        else if (classOf[known] !== classOf[next]) {
          if (!this.#mayBeOne(classOf[known]!, classOf[next]!)) return undefined;
          pairs.push([known, next]);
        }
      }
    }
    return classOf;
  }

  /** Whether nothing is known yet that keeps two classes apart. */
  #mayBeOne(one: number, other: number): boolean {
    return this.#output[one] === this.#output[other] && !this.#apart.has(this.#pair(one, other));
  }

  /** The number of a pair of states. */
  #pair(one: number, other: number): number {
    return Math.min(one, other) * this.#output.length + Math.max(one, other);
  }
}
