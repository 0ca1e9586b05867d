/** What docs/inside.md says of `badd`. x + y stands as d digits of x, `+` at position d, and d digits of y after it. */
import { predict, problems, Random } from "../../mod.ts";
import type { Machine } from "./machine.ts";
import { bits, flipped, settled, Tally } from "./tally.ts";

/** Counts the statements about sums of numbers of d digits. */
export async function measureSums(machine: Machine, d: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", d);
  await settling(machine, d, examples, random, tally);
  for (let example = 0; example < examples; example++) {
    await digitOfY(machine, d, random, tally);
    await carry(machine, d, random, tally);
    await markers(machine, d, random, tally);
    await release(machine, d, random, tally);
  }
  return tally;
}

/** When each position's read-out is final. */
async function settling(machine: Machine, d: number, examples: number, random: Random, tally: Tally) {
  const latest: number[] = [];
  for (let example = 0; example < examples; example++) {
    for (const suite of ["random", "carry"]) {
      const { readOuts, positions } = await machine.watch(problems.badd.suites[suite]!(d, random));
      for (let k = 0; k < positions; k++) {
        const step = settled(readOuts, k);
        latest[k] = Math.max(latest[k] ?? 0, step);
        if (k > d) tally.count("position d+k, k ≥ 1, is padding from step k on", step <= k - d);
        else tally.count("position k ≤ d is final from step d+2+k on", step <= d + 2 + k);
      }
    }
  }
  for (let k = 0; k < d; k++) {
    tally.count(
      "position k < d is not final a step before that, in one example at least",
      latest[k] === d + 2 + k,
    );
  }
}

/** Where a digit of y is: two computations that differ in it alone are compared, and parts of them swapped. */
async function digitOfY(machine: Machine, d: number, random: Random, tally: Tally) {
  const { left, right, staying, all } = machine;
  const j = random.integer(d);
  const input = `${bits(random, d)}+${bits(random, d)}`;
  const [one, other] = [await machine.watch(input), await machine.watch(flipped(input, d + 1 + j))];
  const home = d + 1 + j;
  const place = (step: number) => home + j - step;
  for (let step = 1; step < d + j; step++) {
    const [a, b] = [one.states[step]!, other.states[step]!];
    if (step < j) {
      tally.count(
        "before step j, digit j of y is where it was: at d+1+j",
        machine.peak(a, b, staying) === home,
      );
    } else if (step > j + 1) {
      const apart = Math.abs(machine.peak(a, b, left) - place(step));
      tally.count("after step t > j+1 it is at d+1+2j−t, or beside it", apart <= 1);
      const value = one.states[step]![place(step) * all.length + 12]!;
      tally.count(
        "map 12 is above 0 there where the digit is 1, and else not",
        value > 0 === (input[home] === "1"),
      );
    }
  }
  for (const [step, state] of one.states.entries()) {
    const reach = machine.reach(state, other.states[step]!, home);
    tally.count(
      "after step t, what differs by more than 0.1 is at most t+1 positions away",
      reach <= step + 1,
    );
  }
  if (j > 1) {
    const step = 1 + random.integer(j - 1);
    const [answer] = machine.answers(
      [machine.changed(one.states[step]!, [home], staying, other.states[step])],
      one.positions - step,
    );
    tally.count(
      "while it waits: swapping the staying maps of its position swaps the digit",
      answer === other.target,
    );
  }
  const step = j + 3 + random.integer(d - 4);
  const [a, b] = [one.states[step]!, other.states[step]!];
  const near = [place(step), place(step) + 1];
  const [swapped, kept, single, elsewhere] = machine.answers([
    machine.changed(a, near, left, b),
    machine.changed(b, near, left, a),
    machine.changed(a, near, [12], b),
    machine.changed(a, near, [...right, ...staying], b),
  ], one.positions - step);
  tally.count(
    "on its way: swapping the left-moving maps of two positions swaps the digit",
    swapped === other.target,
  );
  tally.count("on its way: swapping all but these does not", kept === one.target);
  tally.count("on its way: swapping the other maps of these positions does not", elsewhere === one.target);
  tally.count("on its way: swapping map 12 of them alone does not", single === one.target);
}

/** Where the carry is: two computations that differ in the digits below k, and in the carry into k, are compared. */
async function carry(machine: Machine, d: number, random: Random, tally: Tally) {
  const k = 2 + random.integer(d - 3);
  const high = [bits(random, d - k), bits(random, d - k)];
  const below = (carries: boolean) => {
    while (true) {
      const low = [bits(random, k), bits(random, k)] as const;
      if (carryOf(...low) === carries) return { input: `${low[0]}${high[0]}+${low[1]}${high[1]}` };
    }
  };
  const carries = random.integer(2) === 1;
  const one = await machine.watch(below(carries).input);
  const other = await machine.watch(below(!carries).input);
  const step = d + 1 + k;
  const [a, b] = [one.states[step]!, other.states[step]!];
  tally.count(
    "after step d+1+k, map 18 at k is below −1/2 where a carry comes into k, and else not",
    a[k * machine.all.length + 18]! < -0.5 === carries,
  );
  const [swapped, single] = machine.answers([
    machine.changed(a, [k - 1, k], machine.all, b),
    machine.changed(a, [k - 1, k], [18], b),
  ], one.positions - step);
  tally.count(
    "swapping all maps of positions k−1 and k then swaps the carry",
    swapped!.slice(k) === other.target.slice(k),
  );
  tally.count("swapping map 18 of them alone does not", single!.slice(k) === one.target.slice(k));
}

/** Whether the sum of two numbers of as many bits has one more. */
function carryOf(x: string, y: string): boolean {
  let carry = 0;
  for (let i = 0; i < x.length; i++) carry = Number(x[i]) + Number(y[i]) + carry >> 1;
  return carry === 1;
}

/** Whether the markers that leave the plus sign are needed. */
async function markers(machine: Machine, d: number, random: Random, tally: Tally) {
  const { left, right } = machine;
  const { states, positions, target } = await machine.watch(`${bits(random, d)}+${bits(random, d)}`);
  const step = 1 + random.integer(Math.floor(d / 2));
  const state = states[step]!;
  const elsewhere = (marker: number) => (marker + 1 + random.integer(positions - 1)) % positions;
  const [noRight, noLeft, otherRight, otherLeft] = machine.answers([
    machine.changed(state, [d + step], right),
    machine.changed(state, [d - step], left),
    machine.changed(state, [elsewhere(d + step)], right),
    machine.changed(state, [elsewhere(d - step)], left),
  ], positions - step).map((answer) => answer === target);
  tally.count(
    "wrong answer if the right-moving maps of position d+t are zeroed after step t ≤ d/2",
    !noRight,
  );
  tally.count("wrong answer if the left-moving maps of position d−t are zeroed then", !noLeft);
  tally.count("right answer if the right-moving maps of another position are zeroed then", otherRight!);
  tally.count("right answer if the left-moving maps of another position are zeroed then", otherLeft!);
}

/** When a digit of y sets out whose marker was zeroed after an earlier step. */
async function release(machine: Machine, d: number, random: Random, tally: Tally) {
  const { left, right } = machine;
  const step = 1 + random.integer(Math.floor(d / 2));
  const j = step + 3 + random.integer(d - step - 3);
  const input = `${bits(random, d)}+${bits(random, d)}`;
  const runs = [await machine.watch(input), await machine.watch(flipped(input, d + 1 + j))];
  const near = [d + step - 1, d + step, d + step + 1];
  const zeroed = runs.map(({ states }) => machine.changed(states[step]!, near, right));
  const later = j + 6;
  const [a, b] = machine.advanced(zeroed, later - step);
  const late = machine.peak(a!, b!, left) - (d + 1 + 2 * j - later);
  tally.count(
    "without the marker, digits behind it are late, by two or three steps",
    late === 2 || late === 3,
  );
}

/** Counts right answers without each of the maps. */
export async function measureMaps(machine: Machine, d: number, examples: number): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(1, "inside", d);
  const inputs = Array.from({ length: examples }, () => `${bits(random, d)}+${bits(random, d)}`);
  for (const map of machine.all) {
    for await (const { right } of predict(machine.without(map), inputs, { backend: "wasm" })) {
      tally.count(`the answer is right without map ${map}`, right!);
    }
  }
  return tally;
}
