import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Problem, problems } from "../../lib/problems/mod.ts";
import { Random } from "../../lib/random.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`problems_test: TEST_SEED=${seed}`);

const problem = (name: string): Problem => problems[name]!;

/** `count` inputs of a suite. */
function draw(name: string, suite: string, size: number, count: number, from = seed): string[] {
  const sample = problem(name).suites[suite]!;
  return Array.from({ length: count }, (_, i) => sample(size, new Random(from, "test", size, i)));
}

/** The number whose digits stand least significant first. */
function valueOf(digits: string, radix: number): bigint {
  const written = [...digits].reverse().join("");
  return BigInt(radix === 2 ? `0b${written}` : written);
}

/** The digits of a number, least significant first, in a fixed width. */
function digitsOf(value: bigint, radix: number, width: number): string {
  return [...value.toString(radix).padStart(width, "0")].reverse().join("");
}

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

Deno.test("the table has exactly the eight problems, under their names, each with both suites", () => {
  assertEquals(Object.keys(problems), Object.keys(oracles));
  for (const [name, { name: own, suites, maxSize }] of Object.entries(problems)) {
    assertEquals(own, name);
    assertEquals(Object.keys(suites), ["random", "carry"]);
    assertEquals(maxSize, ["copy", "reverse", "sort"].includes(name) ? 40 : 20);
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

// A change here changes every dataset that was ever generated.
Deno.test("golden draws", () => {
  const drawn = Object.keys(problems).map((name) =>
    ["random", "carry"].map((suite) => draw(name, suite, 6, 4, 1).join(" ")).join(" | ")
  );
  assertEquals(drawn, [
    "011110+010100 000100+110011 011101+111011 110100+011100 | 110010+101101 111111+100000 101111+110000 010001+000000",
    "011110*010100 000100*110011 011101*111011 110100*011100 | 000000*000010 111111*111111 110111*000001 101000*100000",
    "468691+094523 132724+951267 495617+996088 674943+168610 | 691094+508905 999999+100000 617996+482003 494316+000000",
    "468691*094523 132724*951267 495617*996088 674943*168610 | 000034*000090 999999*999999 561799*000001 749431*100000",
    ...["copy", "reverse", "duplicate", "sort"].map(() =>
      "011110 000100 011101 110100 | 111101 001001 111100 111111"
    ),
  ]);
});

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
  for (const name of Object.keys(problems)) {
    const distinct = new Set(draw(name, "carry", 20, 2000)).size;
    assert(distinct > 1000, `${name}: ${distinct} of 2000 inputs differ (TEST_SEED=${seed})`);
  }
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
