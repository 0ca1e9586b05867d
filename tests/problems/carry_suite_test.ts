// The hard inputs: long carries, runs, biased bits.
import { assert } from "@std/assert";
import { FIRST_NAMES } from "../../lib/problems/mod.ts";
import { digitsOf, draw, seed, valueOf } from "../support/problem_inputs.ts";

/** How many digits in a row receive a carry, at most. */
function longestCarry(x: string, y: string, radix: number): number {
  let carry = 0;
  let run = 0;
  let longest = 0;
  for (let i = 0; i < x.length; i++) {
    carry = Number(x[i]) + Number(y[i]) + carry >= radix ? 1 : 0;
    run = carry ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

const pairs = (name: string, suite: string, size: number, count: number): [string, string][] =>
  draw(name, suite, size, count).map((input) => [input.slice(0, size), input.slice(size + 1)]);

/** Each pattern must make at least that share of the pairs, and the same of the pairs with their operands swapped. */
function assertOccur(
  drawn: [string, string][],
  share: number,
  patterns: Record<string, (x: string, y: string) => boolean>,
): void {
  for (const [pattern, holds] of Object.entries(patterns)) {
    const counts = [
      drawn.filter(([x, y]) => holds(x, y)).length,
      drawn.filter(([x, y]) => holds(y, x)).length,
    ];
    const enough = Math.min(...counts) >= share * drawn.length;
    assert(enough, `${pattern}: ${counts} of ${drawn.length} (TEST_SEED=${seed})`);
  }
}

for (const [name, radix] of [["badd", 2], ["add", 10]] as const) {
  Deno.test(`${name}: the carry suite has the cases that it promises`, () => {
    const size = 12;
    const drawn = pairs(name, "carry", size, 8000);
    const top = String(radix - 1);
    const alternates = (x: string) => [...x].every((digit, i) => digit === x[i % 2]) && x[0] !== x[1];
    const one = "1" + "0".repeat(size - 1);
    const zero = "0".repeat(size);
    assertOccur(drawn, 0.02, {
      "all ones + 1": (x, y) => x === top.repeat(size) && y === one,
      "0 + a number": (x, y) => x === zero && y !== zero,
      "0 + 0": (x, y) => x === zero && y === zero,
      "alternating": (x, y) => alternates(x) && alternates(y),
    });
    for (let k = 4; k <= size; k++) {
      const power = BigInt(radix) ** BigInt(k);
      const sum = (x: string, y: string) => valueOf(x, radix) + valueOf(y, radix);
      assertOccur(drawn, 0.002, {
        // Apart from all ones + 1.
        [`sum ${radix}^${k}`]: (x, y) => sum(x, y) === power && x !== one && y !== one,
        [`sum ${radix}^${k} - 1`]: (x, y) => sum(x, y) === power - 1n && x !== zero && y !== zero,
        [`a carry through ${k} digits`]: (x, y) => longestCarry(x, y, radix) === k,
      });
    }
    // A long carry that starts and ends inside of the number: no pattern of fixed shape makes one.
    assert(
      drawn.some(([x, y]) =>
        Number(x[0]) + Number(y[0]) < radix && longestCarry(x, y, radix) >= size / 2 &&
        longestCarry(x.slice(0, -1), y.slice(0, -1), radix) === longestCarry(x, y, radix)
      ),
      `no inner carry (TEST_SEED=${seed})`,
    );
  });

  Deno.test(`${name}: long carries are common in the carry suite and rare in the random one`, () => {
    const share = (suite: string) => {
      const drawn = pairs(name, suite, 40, 1000);
      return drawn.filter(([x, y]) => longestCarry(x, y, radix) >= 20).length / drawn.length;
    };
    assert(share("carry") > 0.2, `${share("carry")} (TEST_SEED=${seed})`);
    assert(share("random") < 0.06, `${share("random")} (TEST_SEED=${seed})`);
  });
}

for (const [name, radix] of [["bmul", 2], ["mul", 10]] as const) {
  Deno.test(`${name}: the carry suite has the cases that it promises`, () => {
    const size = 24;
    const top = String(radix - 1);
    const count = (x: string, digit: string) => x.split(digit).length - 1;
    const dense = (x: string) => count(x, top) >= 18 && count(x, top) < size;
    const sparse = (x: string) => count(x, "0") >= 18 && count(x, "0") < size - 1;
    const mixed = (x: string) => count(x, "0") < 18 && count(x, top) < 18;
    const number = (value: number) => digitsOf(BigInt(value), radix, size);
    const drawn = pairs(name, "carry", size, 8000);
    assertOccur(drawn, 0.008, {
      "all ones × all ones": (x, y) => x === top.repeat(size) && y === x,
      "dense × dense": (x, y) => dense(x) && dense(y),
      "dense × sparse": (x, y) => dense(x) && sparse(y),
      "sparse × sparse": (x, y) => sparse(x) && sparse(y),
      "2 × 2": (x, y) => x === number(2) && y === x,
      "0 × a number": (x, y) => x === number(0) && mixed(y),
      "1 × a number": (x, y) => x === number(1) && mixed(y),
    });
    for (let k = 0; k < size; k++) {
      const power = digitsOf(BigInt(radix) ** BigInt(k), radix, size);
      assertOccur(drawn, 0.0001, { [`${radix}^${k} × a number`]: (x, y) => x === power && mixed(y) });
    }
  });
}

for (const name of ["copy", "reverse", "duplicate", "sort"]) {
  Deno.test(`${name}: the carry suite has runs and heavily biased bits`, () => {
    const size = 40;
    const drawn = draw(name, "carry", size, 2000);
    const ones = (input: string) => input.split("1").length - 1;
    const longestRun = (input: string) => Math.max(...input.match(/0+|1+/g)!.map((run) => run.length));
    const patterns: Record<string, (input: string) => boolean> = {
      "all zeros": (input) => ones(input) === 0,
      "all ones": (input) => ones(input) === size,
      "nearly all zeros": (input) => ones(input) > 0 && ones(input) < 5,
      "nearly all ones": (input) => ones(input) < size && ones(input) > size - 5,
      "01 in turn": (input) => longestRun(input) === 1,
      "runs of two lengths": (input) => /^(0{9,}1{9,}|1{9,}0{9,})$/.test(input),
      "runs of up to 10": (input) => longestRun(input) >= 5 && longestRun(input) <= 10,
    };
    for (const [pattern, holds] of Object.entries(patterns)) {
      assert(drawn.some(holds), `${pattern} (TEST_SEED=${seed})`);
    }
  });
}

Deno.test("the carry suites stay diverse", () => {
  for (const name of FIRST_NAMES) {
    const distinct = new Set(draw(name, "carry", 20, 2000)).size;
    assert(distinct > 1000, `${name}: ${distinct} of 2000 inputs differ (TEST_SEED=${seed})`);
  }
});
