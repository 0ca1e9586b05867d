// Two numbers, several of them, and steps of modular arithmetic, against arithmetic on digits as in school.
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../../mod.ts";
import { compare, type Oracle, pinned } from "../../support/against_oracle.ts";
import {
  digitsOf,
  dividedBy,
  divisorOf,
  isLess,
  minus,
  plus,
  stripped,
  textOf,
  times,
} from "../../support/digit_loops.ts";
import { draw, seed } from "../../support/problem_inputs.ts";

const BASES = { b: 2, q: 4, f: 5, o: 8, "": 10 } as const;

/** Tests the problems of that name in every base. */
function inBases(name: string, test: (problem: string, radix: number) => void): void {
  for (const [letter, radix] of Object.entries(BASES)) test(letter + name, radix);
}

const few = [...Array.from({ length: 10 }, (_, i) => [i + 1, 100] as const), [20, 20], [41, 5]] as const;

type Operation = (x: number[], y: number[], radix: number, size: number) => string;

const operations: Readonly<Record<string, readonly [sign: string, operation: Operation]>> = {
  add: ["+", (x, y, radix, size) => textOf(plus(x, y, radix), size + 1)],
  mul: ["*", (x, y, radix, size) => textOf(times(x, y, radix), 2 * size)],
  sub: ["-", (x, y, radix, size) => textOf(minus(x, y, radix), size)],
  div: ["/", (x, y, radix, size) => dividedBy(x, y, radix).map((part) => textOf(part, size)).join("")],
  gcd: [",", (x, y, radix, size) => textOf(divisorOf(x, y, radix), size)],
};

const padded = (sign: string, operation: Operation, radix: number): Oracle => (input, size) => {
  const [x, y] = input.split(sign).map(digitsOf) as [number[], number[]];
  assertEquals([x.length, y.length], [size, size], input);
  return operation(x, y, radix, size);
};

const plain = (sign: string, operation: Operation, radix: number): Oracle => (input, size) => {
  const [x, y] = input.split(sign).map(digitsOf) as [number[], number[]];
  for (const digits of [x, y]) {
    assert(digits.length <= size && digits.join() === stripped(digits).join(), input);
  }
  return operation(x, y, radix, 0);
};

const aligned = (sign: string, operation: Operation, radix: number): Oracle => (input, size) => {
  assertEquals([input.length, input.at(-1)], [2 * size + 1, sign]);
  const part = (from: number) => digitsOf(input).slice(0, -1).filter((_, i) => i % 2 === from);
  return operation(part(0), part(1), radix, size);
};

for (const [name, [sign, operation]] of Object.entries(operations)) {
  Deno.test(`${name} is right in every base`, () => {
    inBases(name, (problem, radix) => compare(problem, padded(sign, operation, radix), few));
  });
}

for (const name of ["add", "mul"] as const) {
  const [sign, operation] = operations[name]!;
  Deno.test(`${name} is right without leading zeros and aligned, and sums with long carries too`, () => {
    inBases(`${name}z`, (problem, radix) => compare(problem, plain(sign, operation, radix), few));
    inBases(`${name}e`, (problem, radix) => compare(problem, aligned(sign, operation, radix), few));
    if (name !== "add") return;
    inBases("addt", (problem, radix) => compare(problem, padded(sign, operation, radix), few));
    inBases("add-carries", (problem, radix) => compare(problem, padded(sign, operation, radix), few));
    inBases("addzt", (problem, radix) => compare(problem, plain(sign, operation, radix), few));
    inBases("addet", (problem, radix) => compare(problem, aligned(sign, operation, radix), few));
  });
}

Deno.test("tough sums are those of Price et al.: sums next to a power of the base, and runs of the last digit", () => {
  const sums = draw("addt", "random", 12, 4000).map((input) =>
    [input, problems.addt!.answer(input)] as const
  );
  const share = (holds: (input: string, sum: string) => boolean) =>
    sums.filter((sum) => holds(...sum)).length / sums.length;
  // A fifth of them add up to a power of ten, or to one less; uniform digits never do.
  assert(Math.abs(share((_, sum) => /^(0*10*|9+0*)$/.test(sum)) - 0.2) < 0.04, `TEST_SEED=${seed}`);
  assert(Math.abs(share((input) => /^(0*9+0*\+|.*\+0*9+0*$)/.test(input)) - 0.2) < 0.05, `TEST_SEED=${seed}`);
});

Deno.test("sums with carries are those of Price et al.: a power of the base that a carry makes, or one less without any", () => {
  inBases("add-carries", (name, radix) => {
    const largest = String(radix - 1);
    assertEquals(draw(name, "random", 1, 20), Array(20).fill("0+0"));
    for (const size of [2, 3, 20, 96]) {
      const sums = draw(name, "random", size, 400).map((input) => problems[name]!.answer(input));
      const expected = ["0".repeat(size - 1) + "10", largest.repeat(size - 1) + "00"];
      for (const sum of expected) {
        const share = sums.filter((other) => other === sum).length / sums.length;
        assert(Math.abs(share - 0.5) < 0.13, `${name}, size ${size}: ${share} (TEST_SEED=${seed})`);
      }
    }
  });
  // With one digit that adds up to nine, no number is more frequent than another.
  const first = Map.groupBy(
    draw("add-carries", "random", 2, 8000).filter((input) => problems.add.answer(input) === "900"),
    (input) => input[0]!,
  );
  assertEquals(first.size, 10);
  for (const [digit, { length }] of first) {
    assert(Math.abs(length - 400) < 110, `${digit}: ${length} (TEST_SEED=${seed})`);
  }
});

Deno.test("examples of two numbers", () => {
  pinned("qadd", { "12+33": "021", "30+30": "210" }); // 9 + 15 = 24; 3 + 3 = 6
  pinned("omul", { "7*7": "16" }); // 49 is 61 in octal
  pinned("fmul", { "4*4": "13" });
  pinned("addz", { "0+0": "0", "9+19": "001" });
  pinned("badde", { "10011101+": "11001" }); // 5 + 14 = 19
  pinned("bsub", { "0001-1000": "1110", "11-11": "00" });
  pinned("div", { "72/51": "1021", "70/80": "0070", "00/10": "0000" }); // 27 = 1 · 15 + 12
  pinned("gcd", { "21,81": "60", "00,00": "00", "00,70": "70" });
});

Deno.test("steps of modular arithmetic are right in every base", () => {
  const step =
    (signs: RegExp, compute: (operands: number[][], radix: number) => number[]) =>
    (radix: number): Oracle =>
    (input, size) => {
      const numbers = input.split(signs).map(digitsOf);
      const modulus = numbers.pop()!;
      assert(numbers.every((digits) => digits.length === size && isLess(digits, modulus)), input);
      return textOf(dividedBy(compute(numbers, radix), modulus, radix)[1], size);
    };
  const doubleAdd = step(/[+%]/, ([r, a], radix) => plus(plus(r!, r!, radix), a!, radix));
  const square = step(/%/, ([r], radix) => times(r!, r!, radix));
  inBases("double-add", (problem, radix) => compare(problem, doubleAdd(radix), few));
  inBases("mod-square", (problem, radix) => compare(problem, square(radix), few));
  pinned("double-add", { "500+300%700": "600", "60+00%70": "50" });
  pinned("mod-square", { "50%70": "40", "0%1": "0" });
});

Deno.test("sums and products of several numbers are right in every base", () => {
  const counts = (ending: string, input: string, sign: string, size: number) => {
    const operands = input.split(sign);
    assertEquals(new Set(operands.map(({ length }) => length)).size, 1, input);
    if (ending === "3") assertEquals([operands.length, operands[0]!.length], [3, size]);
    else assert(input.length <= size && input.length > size / 2 - 1, input);
    return operands.map(digitsOf);
  };
  for (const ending of ["3", "k"]) {
    inBases(`add${ending}`, (problem, radix) =>
      compare(problem, (input, size) => {
        const sum = counts(ending, input, "+", size).reduce((sum, digits) => plus(sum, digits, radix), [0]);
        return textOf(sum, input.length);
      }, few.slice(2)));
    inBases(`mul${ending}`, (problem, radix) =>
      compare(problem, (input, size) => {
        const factors = counts(ending, input, "*", size);
        return textOf(factors.reduce((product, digits) => times(digits, product, radix), [1]), input.length);
      }, few.slice(2, -1)));
  }
  pinned("badd3", { "1+1+1": "11000", "11+11+11": "10010000" });
  pinned("addk", { "9+9+9+9": "6300000", "5": "5" });
  pinned("bmulk", { "11*11*11": "11011000" }); // 27
});
