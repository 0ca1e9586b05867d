// Formulas and their derivatives, against finite differences on random ones.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { differentiate } from "../../lib/cells/differentiate.ts";
import { evaluator } from "../../lib/cells/evaluate.ts";
import { Expressions, partsOf } from "../../lib/cells/expression.ts";
import { parse } from "../../lib/cells/parse.ts";
import type { COMPUTE } from "../../lib/cells/expression.ts";
import { Random } from "../../lib/random.ts";
import { kinksOf, randomFormula } from "../support/random_cells.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`differentiate_test: TEST_SEED=${seed}`);

function read(made: Expressions, text: string) {
  return parse(made, text, {
    value: (name) => made.input(name),
    call: (name, args) => made.apply(name as keyof typeof COMPUTE, ...args),
  });
}

const valueOf = (text: string, inputs: Record<string, number> = {}) =>
  evaluator([read(new Expressions(), text)])(inputs)[0]!;

Deno.test("a formula is read with the ranks of its operators, from left to right", () => {
  const inputs = { x: 3, y: 5 };
  for (
    const [text, value] of [
      ["1 + 2 * 3 - 4 / 2", 5],
      ["8 / 2 / 2", 2],
      ["8 - 2 - x", 3],
      ["(8 - (2 - x)) * y", 45],
      ["-x + --y", 2],
      ["1e-1 * x", 3e-1],
      [".5 * y", 2.5],
      ["clamp(x * y, -1, min(7, y + x))", 7],
      ["max(x, y) - sigmoid(0)", 4.5],
    ] as const
  ) assertAlmostEquals(valueOf(text, inputs), value, 1e-12, text);
});

Deno.test("what is no formula is refused, with the place that is wrong", () => {
  for (
    const [text, found] of [
      ["", "its end"],
      ["x +", "its end"],
      ["x y", '"y"'],
      ["(x", "its end"],
      ["x)", '")"'],
      ["1.2.3", '".3"'],
      ["x ^ 2", '"^"'],
      ["2 x", '"x"'],
      ["f(x;y)", '";"'],
      ["(".repeat(99), "50 parentheses"],
    ] as const
  ) assertThrows(() => read(new Expressions(), text), Error, found, text);
});

Deno.test("equal parts are one expression, and what does nothing is left out", () => {
  const made = new Expressions();
  const whole = read(made, "tanh(x * y + 1) * tanh(1 + y * x) + 0 * z - 0");
  const operations = partsOf([whole]).flatMap((part) => part.kind === "operation" ? [part.operation] : []);
  assertEquals(operations, ["multiply", "add", "tanh", "multiply"]);
});

Deno.test("derivatives are the slopes of random formulas", () => {
  const names = ["a", "b", "c"];
  let [checked, skipped] = [0, 0];
  for (let index = 0; index < 300; index++) {
    const random = new Random(seed, "formula", index);
    const text = randomFormula(random, names, 4);
    const made = new Expressions();
    const formula = read(made, text);
    const by = names.map((name) => made.input(name));
    const slopes = differentiate(made, formula, made.input("d"), by);
    const [value, kinks] = [evaluator([formula]), kinksOf([formula])];
    const at = Object.fromEntries(names.map((name) => [name, 2 * random.uniform() - 1]));
    const h = 1e-5;
    names.forEach((name, i) => {
      const [below, above] = [-h, h].map((step) => ({ ...at, [name]: at[name]! + step }));
      const [left, right] = [kinks(below!), kinks(above!)];
      // A kink that the formula stays at, as that of max(x, x + 0 · y), is none in this direction.
      if (left.some((side, k) => Math.sign(side) !== Math.sign(right[k]!))) return void skipped++;
      checked++;
      const expected = (value(above!)[0]! - value(below!)[0]!) / (2 * h);
      const found = slopes[i] === undefined ? 0 : evaluator([slopes[i]!])({ ...at, d: 1 })[0]!;
      assertAlmostEquals(
        found,
        expected,
        1e-6 * (1 + Math.abs(expected)),
        `d(${text})/d${name}, seed ${seed}`,
      );
    });
  }
  assert(skipped < checked / 10, `${skipped} of ${checked + skipped} skipped at kinks`);
});
