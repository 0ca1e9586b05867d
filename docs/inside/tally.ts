/** Statements, and how often each of them was true. */
export class Tally {
  readonly #counts = new Map<string, { holds: number; of: number }>();

  /** Counts one more time that a statement was tried. */
  count(statement: string, holds: boolean): void {
    const count = this.#counts.get(statement) ?? { holds: 0, of: 0 };
    this.#counts.set(statement, { holds: count.holds + Number(holds), of: count.of + 1 });
  }

  /** The statements with their counts. */
  rows(): { statement: string; holds: number; of: number }[] {
    return Array.from(this.#counts, ([statement, count]) => ({ statement, ...count }));
  }
}

/** The first step from which on a position's read-out does not change any more. */
export function settled(readOuts: readonly string[], position: number): number {
  const last = readOuts.at(-1)![position];
  return readOuts.findLastIndex((readOut) => readOut[position] !== last) + 1;
}

/** An input with one of its bits changed. */
export function flipped(input: string, place: number): string {
  return input.slice(0, place) + (input[place] === "0" ? "1" : "0") + input.slice(place + 1);
}

/** Some random bits. */
export function bits(random: { integer(bound: number): number }, count: number): string {
  return Array.from({ length: count }, () => random.integer(2)).join("");
}
