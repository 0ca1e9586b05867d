import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { FIRST_NAMES, type ProblemName, problems } from "../../lib/problems/mod.ts";
import { longestCarry } from "../../lib/problems/numbers.ts";
import { digitsOf, draw, problem, seed, valueOf } from "../support/problem_inputs.ts";

type Oracle = { inputLength: (size: number) => number; answer: (input: string, size: number) => string };

function arithmetic(
  operator: string,
  radix: number,
  compute: (x: bigint, y: bigint) => bigint,
  width: (size: number) => number,
): Oracle {
  return {
    inputLength: (size) => 2 * size + 1,
    answer: (input, size) => {
      assertEquals(input[size], operator);
      const result = compute(valueOf(input.slice(0, size), radix), valueOf(input.slice(size + 1), radix));
      return digitsOf(result, radix, width(size));
    },
  };
}

const plain = (answer: (input: string) => string): Oracle => ({ inputLength: (size) => size, answer });
const sum = (x: bigint, y: bigint) => x + y;
const product = (x: bigint, y: bigint) => x * y;

const oracles: Record<string, Oracle> = {
  badd: arithmetic("+", 2, sum, (size) => size + 1),
  bmul: arithmetic("*", 2, product, (size) => 2 * size),
  add: arithmetic("+", 10, sum, (size) => size + 1),
  mul: arithmetic("*", 10, product, (size) => 2 * size),
  copy: plain((input) => input),
  reverse: plain((input) => [...input].reduce((reversed, bit) => bit + reversed, "")),
  duplicate: plain((input) => `${input}${input}`),
  sort: plain((input) => input.replaceAll("1", "") + input.replaceAll("0", "")),
};

Deno.test("the table begins with eight problems, and has all under their names, each with both suites", () => {
  assertEquals(Object.keys(problems).slice(0, 8), Object.keys(oracles));
  assertEquals(FIRST_NAMES, Object.keys(oracles) as ProblemName[]);
  for (const [name, { name: own, suites, maxSize }] of Object.entries(problems)) {
    assertEquals(own, name);
    assertEquals(Object.keys(suites), ["random", "carry"]);
    if (name in oracles) assertEquals(maxSize, ["copy", "reverse", "sort"].includes(name) ? 40 : 20);
  }
});

Deno.test("the examples in the documentation are right", () => {
  const examples = [
    ["badd", "1010+0111", "11001"],
    ["bmul", "0110*0101", "00111100"],
    ["add", "72+58", "211"],
    ["mul", "72*53", "5490"],
    ["copy", "1101", "1101"],
    ["reverse", "1101", "1011"],
    ["duplicate", "110", "110110"],
    ["sort", "1101", "0111"],
  ] as const;
  for (const [name, input, target] of examples) assertEquals(problem(name).answer(input), target, name);
});

for (const [name, oracle] of Object.entries(oracles)) {
  Deno.test(`${name}: every suite stays in the alphabet and every answer is right`, () => {
    const { symbols, suites, answer } = problem(name);
    const sizes = [...Array.from({ length: 40 }, (_, i) => i + 1), 200];
    for (const suite of Object.keys(suites)) {
      const seen = new Set<string>();
      for (const size of sizes) {
        for (const input of draw(name, suite, size, 40)) {
          assertEquals(input.length, oracle.inputLength(size));
          const target = answer(input);
          assertEquals(target, oracle.answer(input, size), `${name} of ${input} (TEST_SEED=${seed})`);
          for (const symbol of input + target) seen.add(symbol);
        }
      }
      assertEquals([...seen].sort(), [...symbols].sort(), `symbols of suite ${suite}`);
    }
  });
}

Deno.test("random inputs have uniform digits", () => {
  for (const [name, symbols] of [["badd", "01"], ["mul", "0123456789"], ["copy", "01"]] as const) {
    const text = draw(name, "random", 20, 2000).join("");
    const digits = [...text].filter((symbol) => symbols.includes(symbol));
    const expected = digits.length / symbols.length;
    for (const symbol of symbols) {
      const count = digits.filter((digit) => digit === symbol).length;
      // Over six standard deviations.
      assert(Math.abs(count - expected) < 6 * Math.sqrt(expected), `${symbol} in ${name}: ${count}`);
    }
  }
});

Deno.test("the seed decides every draw", () => {
  for (const name of Object.keys(problems)) {
    for (const suite of ["random", "carry"]) {
      assertEquals(draw(name, suite, 20, 20), draw(name, suite, 20, 20));
      assertNotEquals(draw(name, suite, 20, 20), draw(name, suite, 20, 20, seed + 1));
    }
  }
});

// Networks that pass carries on through uniform digits lose some in runs of equal ones (docs/lab/addition.md).
Deno.test("carries of hard sums run through digits in runs, too", () => {
  const sums = draw("badd", "carry", 40, 1000);
  const long = sums.filter((sum) => longestCarry(sum, 2) >= 20);
  const inRuns = long.filter((sum) => /01{8,}0|10{8,}1/.test(sum.split("+")[0]!));
  const share = inRuns.length / long.length;
  assert(share > 0.1 && share < 0.5, `${share} of ${long.length} (TEST_SEED=${seed})`);
});

// A change here changes every dataset that was ever generated.
Deno.test("golden draws", () => {
  const drawn = FIRST_NAMES.map((name) =>
    ["random", "carry"].map((suite) => draw(name, suite, 6, 4, 1).join(" ")).join(" | ")
  );
  assertEquals(drawn, [
    "011110+010100 000100+110011 011101+111011 110100+011100 | 010011+011100 111111+100000 101010+110101 010001+000000",
    "011110*010100 000100*110011 011101*111011 110100*011100 | 000000*000010 111111*111111 110111*000001 101000*100000",
    "468691+094523 132724+951267 495617+996088 674943+168610 | 419933+190066 999999+100000 767531+332468 494316+000000",
    "468691*094523 132724*951267 495617*996088 674943*168610 | 000034*000090 999999*999999 561799*000001 749431*100000",
    ...["copy", "reverse", "duplicate", "sort"].map(() =>
      "011110 000100 011101 110100 | 111101 001001 111100 111111"
    ),
  ]);
});

Deno.test("malformed inputs are refused", () => {
  const malformed: Record<string, string[]> = {
    badd: [
      "",
      "+",
      "1",
      "1+",
      "+1",
      "10+1",
      "1+1+",
      "1+1+1",
      "1*1",
      "12+10",
      "1 +10",
      "1+-1",
      "x+y",
      "1.+10",
    ],
    bmul: ["", "*", "1", "1*", "*1", "10*1", "1*1*1", "1+1", "12*10"],
    add: ["", "+", "9", "99+1", "a+b", "9*9", "9++9"],
    mul: ["", "*", "9", "99*1", "a*b", "9+9"],
    copy: ["", "2", "0 1", "1+1", "1\n"],
    reverse: ["", "2"],
    duplicate: ["", "2"],
    sort: ["", "2"],
  };
  for (const [name, inputs] of Object.entries(malformed)) {
    for (const input of inputs) {
      assertThrows(() => problem(name).answer(input), RangeError, `Cannot compute ${JSON.stringify(input)}`);
    }
  }
});
