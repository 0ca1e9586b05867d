// Problems among spaces, and those of Tensor2Tensor: inputs of any lengths within a size.
import { assert, assertEquals } from "@std/assert";
import { compare, type Oracle, pinned } from "../../support/against_oracle.ts";
import { digitsOf, plus, stripped, textOf, times } from "../../support/digit_loops.ts";
import { draw, problem, seed } from "../../support/problem_inputs.ts";

const computed = { "+": plus, "*": times } as const;

/** Two numbers with a sign, without leading zeros. */
function resultOf(x: string, y: string, sign: "+" | "*", radix: number): string {
  for (const digits of [x, y]) assertEquals(digits, stripped(digitsOf(digits)).join(""));
  return textOf(computed[sign](digitsOf(x), digitsOf(y), radix));
}

const spaced = (least: number, inner: (text: string) => string): Oracle => (input, size) => {
  assertEquals(input.length, least + size);
  const [text] = input.match(/[^_](?:.*[^_])?/)!;
  const answer = inner(text);
  return answer + "_".repeat(input.length - answer.length);
};

const twice = (text: string) => text.slice(1) + text.slice(1);

const inTurn = (sign: "+" | "*") => (text: string) => {
  const [x, y] = text.split(sign) as [string, string];
  return resultOf(x, y, sign, 2);
};

const byTurns = (sign: "+" | "*") => (text: string) => {
  assertEquals(text[0], sign);
  const part = (from: number) =>
    [...text.slice(1)].filter((symbol, i) => i % 2 === from && symbol !== "_").join("");
  return resultOf(part(0), part(1), sign, 2);
};

Deno.test("what stands among spaces is solved", () => {
  compare("scopy", spaced(1, (text) => text));
  compare("sbcopy", spaced(1, (text) => text));
  compare("sdup", spaced(2, twice));
  compare("sbdup", spaced(2, twice));
  for (const name of ["sbadd", "sbaddt"]) compare(name, spaced(3, inTurn("+")));
  compare("sbmul", spaced(3, inTurn("*")));
  for (const [name, sign] of [["sbadde", "+"], ["sbaddet", "+"], ["sbmule", "*"]] as const) {
    compare(name, (input, size) => spaced(input.length - size, byTurns(sign))(input, size));
  }
  pinned("sbadd", { "__1+11____": "001_______", "0+0_": "0___" });
  pinned("sbadde", { "__+111____": "001_______" });
  pinned("sdup", { "_#42__": "4242__" });
});

Deno.test("what stands among spaces is found at every place, in every length", () => {
  const drawn = draw("sbcopy", "random", 8, 3000).map((input) => input.match(/[01]+/)!);
  const places = new Set(drawn.map(({ index, 0: { length } }) => `${index} ${length}`));
  assertEquals(places.size, 44, `TEST_SEED=${seed}`); // lengths 1 to 8 in a row of 9
});

const plain = (sign: "+" | "*", radix: number): Oracle => (input, size) => {
  const [x, y] = input.split(sign) as [string, string];
  assert(input.length <= size + 2 && x.length <= (size + 2) / 2, input);
  return resultOf(x, y, sign, radix);
};

const within = (answer: (input: string) => string): Oracle => (input, size) => {
  assert(input.length <= size);
  return answer(input);
};

Deno.test("the problems of Tensor2Tensor are right", () => {
  for (const [word, radix] of [["binary", 2], ["decimal", 10]] as const) {
    compare(`algorithmic-identity-${word}`, within((input) => input));
    compare(`algorithmic-reverse-${word}`, within((input) => [...input].reverse().join("")));
    compare(`algorithmic-addition-${word}`, plain("+", radix));
    compare(`algorithmic-multiplication-${word}`, plain("*", radix));
  }
  const shift = within((input) => input.replaceAll(/\d/g, (digit) => "ABCDEFGHIJ"[Number(digit)]!));
  compare("algorithmic-shift-decimal", shift);
  pinned("algorithmic-addition-decimal", { "5+71": "22", "0+0": "0", "99+1": "001" });
  pinned("algorithmic-shift-decimal", { "0937": "AJDH" });
});

Deno.test("lengths within a size are uniform, as Tensor2Tensor draws them", () => {
  const lengths = draw("algorithmic-reverse-binary", "random", 10, 4000).map(({ length }) => length);
  for (let length = 1; length <= 10; length++) {
    const share = lengths.filter((own) => own === length).length / lengths.length;
    assert(Math.abs(share - 0.1) < 0.04, `${length}: ${share} (TEST_SEED=${seed})`);
  }
  assert(
    !/0$|0\+/.test(
      draw("algorithmic-addition-decimal", "random", 20, 200).filter((input) => !/^0\+|\+0$/.test(input))
        .join("\n"),
    ),
    "no number of several digits has a leading zero",
  );
  assert(problem("algorithmic-addition-decimal").symbols.endsWith("+"));
});
