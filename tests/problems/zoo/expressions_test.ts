// Expressions without brackets and with them, against a reading that splits at the last weakest sign.
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../../mod.ts";
import { compare, pinned } from "../../support/against_oracle.ts";
import { draw, seed } from "../../support/problem_inputs.ts";

/** The value of an expression, most significant digits first. */
function valueOf(text: string, radix: number): bigint {
  for (const signs of ["+-", "*/"]) {
    let depth = 0;
    for (let i = text.length - 1; i > 0; i--) {
      depth += text[i] === ")" ? 1 : text[i] === "(" ? -1 : 0;
      if (depth > 0 || !signs.includes(text[i]!)) continue;
      const [x, y] = [valueOf(text.slice(0, i), radix), valueOf(text.slice(i + 1), radix)];
      if (text[i] === "+") return x + y;
      if (text[i] === "-") return x - y;
      if (text[i] === "*") return x * y;
      const rest = ((x % y) + y) % y; // of a division that rounds down
      return (x - rest) / y;
    }
  }
  if (text.startsWith("(")) return valueOf(text.slice(1, -1), radix);
  return [...text].reduce((value, digit) => value * BigInt(radix) + BigInt(digit), 0n);
}

/** An input in the usual order. */
const inOrder = (input: string) =>
  [...input].reverse().map((symbol) => symbol === "(" ? ")" : symbol === ")" ? "(" : symbol).join("");

function target(input: string, radix: number): string {
  const digits: bigint[] = [];
  for (let rest = valueOf(inOrder(input), radix); rest > 0n; rest /= BigInt(radix)) {
    digits.push(rest % BigInt(radix));
  }
  return digits.join("").padEnd(input.length, "0");
}

const small = [...Array.from({ length: 12 }, (_, i) => [i + 1, 60] as const), [20, 20], [41, 10]] as const;

for (const ending of ["", "a", "p", "s", "sm"]) {
  for (const brackets of ["", "-brackets"]) {
    Deno.test(`expressions ${ending}${brackets} are right in every base`, () => {
      for (const [letter, radix] of Object.entries({ b: 2, q: 4, f: 5, o: 8, "": 10 })) {
        compare(`${letter}expr${ending}${brackets}`, (input, size) => {
          assertEquals(input.length, size);
          return target(input, radix);
        }, small);
      }
    });
  }
}

Deno.test("examples of expressions, which are written from their end", () => {
  pinned("exprsm", { "2*3-9": "30000", "01-5*3": "500000" }); // 9 − 3 · 2; 3 · 5 − 10
  pinned("expra", { "2/3-4": "30000", "2/7": "300", "3/2-7": "70000" }); // 4 − 3/2 is 4 − 1
  pinned("expra", { "4+2/1-0": "4000000" }); // 0 − 1/2 + 4, where 1/2 is 0
  pinned("expra-brackets", { "4+2/(1-0)": "300000000" }); // (0 − 1)/2 rounds down to −1
  pinned("expr-brackets", { "2*(3+4)": "4100000" });
  pinned("bexpr", { "11+1*1": "001000" });
});

Deno.test("signs stand in expressions as Price et al. draw them: three of ten where one may stand", () => {
  const inputs = draw("bexpr", "random", 30, 500);
  const followers = inputs.flatMap((input) => [...input.slice(1, -1)].filter((_, i) => /\d/.test(input[i]!)));
  const share = followers.filter((symbol) => !/\d/.test(symbol)).length / followers.length;
  assert(Math.abs(share - 0.3) < 0.04, `${share} (TEST_SEED=${seed})`);
});

Deno.test("what is no expression, or has no number that is not negative, is refused in a line", () => {
  const refused = ["", "+", "1+", "+1", "1++1", "0/1", "1-0", "(1)", "2a", "1 1", "1".repeat(5000) + "+"];
  for (const input of refused) {
    let message = "";
    try {
      problems.expra!.answer(input);
    } catch (thrown) {
      message = thrown instanceof RangeError ? thrown.message : "";
    }
    assert(message.startsWith("Cannot compute ") && message.length < 250 && !message.includes("\n"), input);
  }
});
