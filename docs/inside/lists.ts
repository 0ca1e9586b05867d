/** What docs/inside.md says of `copy`, `duplicate`, `reverse` and `sort`. */
import { Random } from "../../mod.ts";
import type { Machine } from "./machine.ts";
import { bits, flipped, settled, Tally } from "./tally.ts";

/** Counts the statement about copies of n bits. */
export async function measureCopy(machine: Machine, n: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", n);
  for (let example = 0; example < examples; example++) {
    const { readOuts, target } = await machine.watch(bits(random, n));
    for (const readOut of readOuts) {
      tally.count("all is right after step t, for each t from 0 to n", readOut === target);
    }
  }
  return tally;
}

/** Counts the statements about d bits that are written twice. */
export async function measureDuplicate(machine: Machine, d: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", d);
  const { left, right, staying } = machine;
  for (let example = 0; example < examples; example++) {
    const input = bits(random, d);
    const j = random.integer(d);
    const [one, other] = [await machine.watch(input), await machine.watch(flipped(input, j))];
    for (let k = 0; k < d; k++) {
      tally.count("position k < d is right from step 0 on", settled(one.readOuts, k) === 0);
      tally.count(
        "position d+k is final from step 2d−k on",
        settled(one.readOuts, d + k) <= 2 * d - k,
      );
    }
    if (d - j > 1) {
      const step = 1 + random.integer(d - j - 1);
      const [answer] = machine.answers(
        [machine.changed(one.states[step]!, [j], staying, other.states[step])],
        one.positions - step,
      );
      tally.count(
        "before step d−j: swapping the staying maps of position j swaps both digits",
        answer === other.target,
      );
    }
    const place = (step: number) => 2 * j - d + step;
    for (let step = d - j + 1; step < 2 * d - j - 1; step++) {
      const apart = Math.abs(machine.peak(one.states[step]!, other.states[step]!, right) - place(step));
      tally.count(
        "after step t > d−j, digit j is at 2j−d+t, or beside it, in the right-moving maps",
        apart <= 1,
      );
    }
    const step = d - j + 2 + random.integer(d - 4);
    const near = [place(step) - 1, place(step)];
    const [swapped, leftwards] = machine.answers(
      [right, left].map((maps) => machine.changed(one.states[step]!, near, maps, other.states[step])),
      one.positions - step,
    );
    const expected = one.target.slice(0, d) + other.target.slice(d);
    tally.count(
      "swapping the right-moving maps of two positions there swaps the digit of the second copy",
      swapped === expected,
    );
    tally.count("swapping their left-moving maps does not", leftwards === one.target);
  }
  return tally;
}

/** Counts the statements about n bits that are reversed. */
export async function measureReverse(machine: Machine, n: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", n);
  // A ring of 2n places: along the right-moving maps, and back along the left-moving ones.
  const onRing = (place: number) =>
    place < n
      ? { position: place, maps: machine.right }
      : { position: 2 * n - 1 - place, maps: machine.left };
  const latest: number[] = [];
  for (let example = 0; example < examples; example++) {
    const input = bits(random, n);
    const j = 3 + random.integer(n - 6);
    const [one, other] = [await machine.watch(input), await machine.watch(flipped(input, j))];
    for (let k = 0; k < n; k++) latest[k] = Math.max(latest[k] ?? 0, settled(one.readOuts, k));
    const step = 2 + random.integer(n - 4);
    // Digit j starts at j in the maps of both directions.
    const [rightwards, leftwards] = [j + step, (2 * n - 1 - j + step) % (2 * n)].map((place) => {
      const { position, maps } = onRing(place);
      const near = [position - 1, position, position + 1];
      return machine.changed(one.states[step]!, near, maps, other.states[step]);
    });
    const [first, second] = machine.answers([rightwards!, leftwards!], n - step);
    tally.count("swapping what set out to the right swaps the digit", first === other.target);
    tally.count("swapping what set out to the left does not", second === one.target);
  }
  for (const step of latest) {
    tally.count("position k is not final before step n, in one example at least", step === n);
  }
  return tally;
}

/** Counts the statements about n bits that are sorted. */
export async function measureSort(machine: Machine, n: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", n);
  for (let example = 0; example < examples; example++) {
    const input = example === 0 ? "1".repeat(n / 2) + "0".repeat(n / 2) : bits(random, n);
    const { readOuts, target } = await machine.watch(input);
    let traffic = input;
    for (let step = 1; step <= n; step++) {
      for (let k = 0; k < n; k++) {
        const same = readOuts[step]![k] === traffic[k];
        tally.count("a symbol that is read out after step t is that of the rule after t−1", same);
      }
      if (traffic === target) {
        tally.count("all is right one step after the rule is, and stays so", readOuts[step] === target);
      } else if (step < n) {
        tally.count("all is right earlier", readOuts[step] === target);
      }
      traffic = traffic.replaceAll("10", "01");
    }
  }
  return tally;
}
