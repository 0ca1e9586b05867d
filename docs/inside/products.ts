/** What docs/inside.md says of `bmul`. x * y stands as d digits of x, `*` at position d, and d digits of y after it. */
import { Random } from "../../mod.ts";
import type { Machine } from "./machine.ts";
import { bits, flipped, settled, Tally } from "./tally.ts";

/** Counts the statements about products of numbers of d digits. */
export async function measureProducts(machine: Machine, d: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", d);
  const { left, right } = machine;
  for (let example = 0; example < examples; example++) {
    const [x, y] = [bits(random, d), bits(random, d)];
    const input = `${x}*${y}`;
    const one = await machine.watch(input);
    for (let k = 0; k < d; k++) {
      tally.count("position k < d is final from step d+3+k on", settled(one.readOuts, k) <= d + 3 + k);
    }

    const i = random.integer(d);
    const otherX = await machine.watch(flipped(input, i));
    for (let step = d - i + 2; 2 * i - d + step < 2 * d; step++) {
      const apart = Math.abs(
        machine.peak(one.states[step]!, otherX.states[step]!, right) - (2 * i - d + step),
      );
      tally.count(
        "after step t > d−i+1, digit i of x is at 2i−d+t < 2d, or beside it",
        apart <= 1,
      );
    }

    const j = random.integer(d);
    const otherY = await machine.watch(flipped(input, d + 1 + j));
    const place = (step: number) => d + 1 + 2 * j - step;
    for (let step = j + 3; place(step) > 0; step++) {
      const apart = Math.abs(machine.peak(one.states[step]!, otherY.states[step]!, left) - place(step));
      tally.count(
        "after step t > j+2, digit j of y is at d+1+2j−t > 0, or beside it",
        apart <= 1,
      );
    }

    const step = j + 2 + random.integer(d - 2);
    const near = [place(step), place(step) + 1];
    const state = machine.changed(one.states[step]!, near, left, otherY.states[step]);
    const [answer] = machine.answers([state], one.states.length - 1 - step);
    // The digits of x from this one on have met digit j of y, so that their products with it have been added up.
    const met = d + 2 + j - step;
    const change = (y[j] === "1" ? -1n : 1n) * numberOf(x.slice(0, Math.max(0, met))) << BigInt(j);
    const expected = numberOf(x) * numberOf(y) + change;
    tally.count(
      "swapping digit j of y after step t swaps its products with the digits of x below d+2+j−t",
      numberOf(answer!.trimEnd()) === expected,
    );
  }
  return tally;
}

/** The number that some bits are, the least significant one first. */
function numberOf(digits: string): bigint {
  return [...digits].reduceRight((number, digit) => 2n * number + BigInt(digit), 0n);
}
