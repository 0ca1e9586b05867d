// The 15 problems of the Chomsky hierarchy, with the examples of their own code.
import { assert, assertEquals } from "@std/assert";
import { compare, type Oracle, pinned } from "../../support/against_oracle.ts";
import { digitsOf, plus, textOf, times } from "../../support/digit_loops.ts";
import { draw, problem, seed } from "../../support/problem_inputs.ts";

const sized = (answer: (input: string) => string): Oracle => (input, size) => {
  assertEquals(input.length, size);
  return answer(input);
};

const sorted = (input: string) =>
  "01234".replaceAll(/./g, (symbol) => symbol.repeat(input.split(symbol).length - 1));

Deno.test("the problems of strings are right", () => {
  compare("parity-check", sized((input) => String((input.split("1").length - 1) % 2)));
  compare(
    "even-pairs",
    sized((input) => {
      let changes = 0;
      for (let i = 1; i < input.length; i++) if (input[i] !== input[i - 1]) changes++;
      return String(changes % 2);
    }),
  );
  compare(
    "cycle-navigation",
    sized((input) => {
      let place = 0;
      for (const step of input) place += { "+": 1, "-": -1, "0": 0 }[step]!;
      return String(((place % 5) + 5) % 5);
    }),
  );
  compare("reverse-string", sized((input) => [...input].reduce((turned, bit) => bit + turned, "")));
  compare("duplicate-string", sized((input) => `${input}${input}`));
  compare("bucket-sort", sized(sorted));
  compare(
    "odds-first",
    sized((input) => {
      let [odd, even] = ["", ""];
      [...input].forEach((bit, i) => i % 2 === 1 ? odd += bit : even += bit);
      return odd + even;
    }),
  );
  pinned("even-pairs", { "001110": "0", "0101001": "1" });
  pinned("parity-check", { "1010100": "1", "01111": "0" });
  pinned("cycle-navigation", { "+-0--": "3", "+++-": "2" });
  pinned("reverse-string", { "011010": "010110" });
  pinned("duplicate-string", { "101": "101101", "111111": "111111111111" });
  pinned("bucket-sort", { "10204112": "00111224", "1110001": "0001111" });
  pinned("odds-first", { "00110101": "01110100" });
});

Deno.test("the missing bit of a string that stands there twice is found", () => {
  compare(
    "missing-duplicate-string",
    sized((input) => {
      if (input.length === 1) return input;
      const half = Math.floor(input.length / 2);
      assertEquals(input.slice(2 * half), "3".repeat(input.length % 2));
      const [first, second] = [input.slice(0, half), input.slice(half, 2 * half)];
      const gaps = [...first].flatMap((bit, i) => bit === second[i] ? [] : [bit === "2" ? second[i]! : bit]);
      assertEquals(gaps.length, 1, input);
      return gaps[0]!;
    }),
  );
  pinned("missing-duplicate-string", { "01100210": "1", "1011213": "0", "203": "0" });
});

Deno.test("a stack is manipulated", () => {
  compare(
    "stack-manipulation",
    sized((input) => {
      const [stack] = input.match(/^[01]+/)!;
      let content = stack;
      for (const action of input.slice(stack.length)) {
        content = action === "2" ? content.slice(0, -1) : content + (action === "3" ? "0" : "1");
      }
      const turned = [...content].reduce((turned, bit) => bit + turned, "");
      return turned + "2" + "0".repeat(input.length - content.length);
    }),
  );
  pinned("stack-manipulation", { "0110422": "11020000", "110222": "2000000" });
});

const operation = (
  sign: string,
  compute: typeof plus,
  longer: number,
  alone: (bits: string) => string,
): Oracle =>
  sized((input) => {
    const [x, y] = input.split(sign) as [string, string | undefined];
    const length = input.length + longer;
    if (input.length <= 2) return `${alone(input)}2`.padEnd(length, "0");
    assert(x.includes("1") && y!.includes("1"), input);
    return `${textOf(compute(digitsOf(x), digitsOf(y!), 2))}2`.padEnd(length, "0");
  });

Deno.test("sums, products and roots of binary numbers are right", () => {
  compare("binary-addition", operation("+", plus, 1, (bits) => textOf(digitsOf(bits))));
  compare("binary-multiplication", operation("*", times, 0, (bits) => "0".repeat(bits.length - 1)));
  compare(
    "compute-sqrt",
    sized((input) => {
      assert(input.includes("1"));
      const value = BigInt(`0b${input}`);
      let root = 0n; // bit by bit, from the most significant one
      for (let bit = 1n << BigInt(Math.ceil(input.length / 2)); bit > 0n; bit >>= 1n) {
        if ((root + bit) * (root + bit) <= value) root += bit;
      }
      return root.toString(2).padStart(Math.ceil(input.length / 2), "0");
    }),
  );
  // The original shows both sums with fewer zeros after the 2 than its code writes.
  pinned("binary-addition", { "001+01101": "0101120000", "1001+000001": "100101200000" });
  pinned("binary-multiplication", { "001*01101": "000110120", "1001*000001": "00000100120" });
  pinned("compute-sqrt", { "100101": "110", "111": "10" });
});

/** The value of an expression modulo 5, of which the innermost brackets are solved first. */
function reduced(expression: string): string {
  let text = expression;
  const signed = (value: string) => value.startsWith("-") ? -Number(value.slice(1)) : Number(value);
  while (text.length > 1) {
    const before = text;
    text = text.replace(/\((-?\d)(?:([-+*])(-?\d))?\)/, (_, x: string, sign?: string, y = "0") => {
      const [left, right] = [signed(x), signed(y)];
      const value = sign === "*" ? left * right : sign === "-" ? left - right : left + right;
      return String((value + 25) % 5);
    });
    if (text === before) text = text.replace(/^-(\d)$/, (_, digit) => String((5 - Number(digit)) % 5));
    assert(text !== before, `${expression} ends as ${text}`);
  }
  return text;
}

Deno.test("modular arithmetic is right, and equations are solved", () => {
  compare("modular-arithmetic", (input, size) => {
    assertEquals(input.length, size - (size + 1) % 2);
    const sum = input.replaceAll("-", "+-").split("+").reduce((sum, term) => {
      const sign = term.startsWith("-") ? -1n : 1n;
      const digits = term.replace("-", "").split("*").map(BigInt);
      return sum + sign * digits.reduce((product, digit) => product * digit, 1n);
    }, 0n);
    return String((sum % 5n + 5n) % 5n);
  });
  compare("modular-arithmetic-brackets", sized(reduced));
  compare(
    "solve-equation",
    sized((input) => {
      if (input.length < 3) return "0";
      const [left, right] = input.split("=") as [string, string];
      const solutions = [..."01234"].filter((x) => reduced(left.replace("x", x)) === right);
      assertEquals(solutions.length, 1, input);
      return solutions[0]!;
    }),
  );
  pinned("modular-arithmetic", { "1+2*3": "2", "1-1-1": "4", "0*1+4*3-2": "0" });
  pinned("modular-arithmetic-brackets", { "-1": "4", "(3)": "3", "(-3)": "2", "((-2+4)*(1-3))": "1" });
  pinned("solve-equation", { "x=3": "3", "(x+2)=1": "4", "-x=1": "4" });
});

Deno.test("the lengths of both numbers are uniform, as the original draws them", () => {
  const firsts = draw("binary-addition", "random", 12, 4000).map((input) => input.indexOf("+"));
  for (let length = 1; length <= 10; length++) {
    const share = firsts.filter((own) => own === length).length / firsts.length;
    assert(Math.abs(share - 0.1) < 0.04, `${length}: ${share} (TEST_SEED=${seed})`);
  }
  assertEquals(problem("binary-addition").symbols, "01+2");
});
