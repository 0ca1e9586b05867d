// What engines compute for a cell, and which cells are refused.
import { assertEquals, assertThrows } from "@std/assert";
import type { Cell } from "../../lib/cells/cell.ts";
import { compile } from "../../lib/cells/compile.ts";
import { defineCell } from "../../lib/cells/define.ts";
import { diagonal } from "../../lib/cells/diagonal.ts";
import type { Expression } from "../../lib/cells/expression.ts";
import type { Stage } from "../../lib/cells/stage.ts";
import { cellOf } from "../../lib/cells/table.ts";
import { UsageError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { randomCell } from "../support/random_cells.ts";

function textOf(part: Expression): string {
  if (part.kind === "input") return part.name;
  if (part.kind === "constant") return String(part.value);
  return `${part.operation}(${part.args.map(textOf).join(", ")})`;
}

const texts = (stage: Stage | undefined) =>
  Object.fromEntries(stage?.outputs.map(({ array, value }) => [array, textOf(value)]) ?? []);

Deno.test("the stages of the diagonal cell", () => {
  const { phases, forward, backward } = compile(diagonal, "");
  assertEquals(phases.map(({ first, count }) => [first, count]), [[0, 2], [2, 1]]);
  const half = (input: string) => `clamp(add(multiply(0.5, ${input}), 0.5), 0, 1)`;
  const c = (input: string) => `multiply(clamp(${input}, -1, 1), mask)`;
  const excess = (bank: number) => `max(add(abs(pre${bank}), -0.9), 0)`;
  assertEquals(forward.map(texts), [
    {
      input1: `multiply(${half("pre0")}, state)`,
      excess: `add(${excess(0)}, ${excess(1)})`,
      kept0: "pre0",
      kept1: "pre1",
    },
    {
      next: `add(${c("pre2")}, multiply(${half("kept1")}, subtract(shifted, ${c("pre2")})))`,
      excess: excess(2),
      kept2: "pre2",
    },
  ]);
  const { stages, carry } = backward(true);
  const within = (low: number, y: string, d: string) => `where(${low}, ${y}, where(${y}, 1, ${d}, 0), 0)`;
  const through = (kept: string, d: string) => `multiply(${within(0, half(kept), d)}, 0.5)`;
  const saturation = (kept: string) =>
    `subtract(where(0.9, ${kept}, weight, 0), where(${kept}, -0.9, weight, 0))`;
  assertEquals(stages.map(texts), [
    {
      dPre0: `add(${through("kept0", "multiply(d, state)")}, ${saturation("kept0")})`,
      dState: `add(multiply(d, ${half("kept0")}), carried)`,
    },
    {
      dShifted: `multiply(d, ${half("kept1")})`,
      dPre1: `add(${through("kept1", `multiply(d, subtract(shifted, ${c("kept2")}))`)}, ${
        saturation("kept1")
      })`,
      dPre2: `add(${
        within(-1, "clamp(kept2, -1, 1)", `multiply(subtract(d, multiply(d, ${half("kept1")})), mask)`)
      }, ${saturation("kept2")})`,
    },
  ]);
  assertEquals(carry, undefined);
});

Deno.test("of a bank in one sigmoid or tanh alone, its value is kept, not the pre-activation", () => {
  const { forward, backward } = cellOf({ cell: "cgru", gate_cutoff: 0 });
  assertEquals(texts(forward[0]).kept0, "sigmoid(pre0)");
  assertEquals(texts(forward[1]).kept2, "tanh(pre2)");
  const all = backward(true).stages.flatMap((stage) => Object.values(texts(stage))).join();
  assertEquals(/sigmoid|tanh|pre/.test(all), false);
  const twice = defineCell({ ...simple, next: "tanh(a) + 0.1 * a" });
  assertEquals(texts(cellOf({ cell: twice, gate_cutoff: 0 }).forward[0]).kept0, "pre0");
});

Deno.test("a cell is compiled once", () => {
  const spec = { cell: "cgru", gate_cutoff: 0.1 } as const;
  assertEquals(cellOf(spec) === cellOf({ ...spec }), true);
  assertEquals(cellOf(spec) === cellOf({ ...spec, gate_cutoff: 0 }), false);
  assertEquals(cellOf(spec) === cellOf({ cell: "diagonal", gate_cutoff: 0.1 }), false);
});

Deno.test("random cells are none that is refused", () => {
  for (let index = 0; index < 100; index++) {
    const cell = randomCell(new Random(1, "cell", index));
    const { banks, phases } = compile(cell, "");
    assertEquals(phases.reduce((sum, { count }) => sum + count, 0), banks.length);
  }
});

const one = { convolves: "s", bias: 0 };
const simple: Cell = { name: "mine", frame: "diagonal", banks: { a: one }, formulas: {}, next: "tanh(a)" };

const refused: Record<string, [Partial<Cell>, string]> = {
  "a name of the toolkit's": [{ name: "cgru" }, "a cell of that name comes with the toolkit"],
  "a name that is none": [{ name: "../up" }, 'its name is "../up", expected a letter and then letters'],
  "a frame that there is not": [{ frame: "lstm" as "cgru" }, 'its frame is "lstm"'],
  "no banks": [{ banks: undefined as unknown as Cell["banks"] }, "it has no banks"],
  "an empty object of banks": [{ banks: {} }, "it has no banks"],
  "a part that no cell has": [{ bank: 1 } as Partial<Cell>, 'it has a part "bank"'],
  "a bank with a name that is taken": [{ banks: { tanh: one }, next: "s" }, "the name tanh is taken"],
  "a formula with the name of a bank": [{ formulas: { a: "s" } }, "the name a is taken"],
  "a bank with an odd name": [{ banks: { __proto__x: one } }, '"__proto__x" is no name'],
  "a bias that is no number": [{ banks: { a: { convolves: "s", bias: NaN } } }, "the bias of bank a is NaN"],
  "a formula that is no text": [{ next: 1 as unknown as string }, "next is 1, expected a formula"],
  "a name that stands for nothing": [{ next: "a + b" }, 'there is no bank or formula "b"'],
  "a name of every object": [{ next: "a + toString" }, 'there is no bank or formula "toString"'],
  "a function that there is not": [{ next: "exp(a)" }, 'there is no function "exp", only min, max'],
  "a function of every object": [{ next: "toString(a)" }, 'there is no function "toString"'],
  "a derivative's function": [{ next: "where(a, a, a, s)" }, 'there is no function "where"'],
  "too few arguments": [{ next: "max(a)" }, "max takes 2 arguments, not 1"],
  "a formula that depends on itself": [
    { formulas: { f: "g", g: "f + a" }, next: "g" },
    "formula g depends on itself",
  ],
  "a bank that changes nothing": [{ banks: { a: one, b: one } }, "nothing depends on its bank b"],
  "a bank that convolves a number": [
    { banks: { a: one, b: { convolves: "0.5", bias: 0 } }, next: "a + b" },
    "bank b convolves a number",
  ],
  "a first bank that convolves something else": [
    { banks: { a: { convolves: "2 * s", bias: 0 } } },
    "its first bank does not convolve s",
  ],
  "a bank that convolves itself": [
    { banks: { a: one, b: { convolves: "b", bias: 0 } }, next: "a + b" },
    "bank b convolves what is known only after it",
  ],
  "units dropped within a convolution": [
    { banks: { a: one, b: { convolves: "drop(a)", bias: 0 } }, next: "b" },
    "bank b convolves drop(…)",
  ],
  "what is dropped dropped again": [
    { formulas: { f: "drop(a)" }, next: "drop(f + s)" },
    "drop takes nothing that is dropped already",
  ],
  "a number dropped": [{ next: "a + drop(1)" }, "drop takes more than a number"],
  "something else shifted": [{ next: "shift(a)" }, "shift takes s and nothing else"],
  "bounds that change": [{ next: "clamp(a, s, 1)" }, "clamp takes two numbers as bounds"],
  "bounds the wrong way round": [{ next: "clamp(a, 1, 0)" }, "the lower one first"],
  "a number that no engine has": [{ next: "a + 1e39" }, "a number in it is too large"],
  "a number divided by zero": [{ next: "a * (1 / 0)" }, "a number in it is too large"],
  "a number that is none": [{ next: "a + 0 * 1e999" }, "a number in it is too large"],
  "a division by zero": [{ next: "a / (1 - 1)" }, "it divides by zero"],
  "a division by what single precision rounds to zero": [{ next: "a / 1e-60" }, "it divides by zero"],
  "a formula that nothing uses and that is wrong": [
    { formulas: { f: "a +" } },
    'the formula "a +" has its end',
  ],
  "a formula that nothing uses and that is long": [
    { formulas: { f: "a".repeat(1e6) } },
    "a formula has 1000000 characters, expected at most 300",
  ],
  "a long formula": [{ next: `a + ${"s + ".repeat(80)}1` }, "characters, expected at most 300"],
  "formulas that grow": [
    {
      formulas: Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [
          `f${i}`,
          Array(20).fill(`tanh(${i ? `f${i - 1}` : "a"} * s)`)
            .map((text, k) => `${text} / (2 + ${k}.5)`).slice(0, 10).join(" + "),
        ]),
      ),
      next: "f19",
    },
    "parts, expected at most 300",
  ],
};

Deno.test("what is no object is no cell", () => {
  for (const value of [undefined, null, 5, "mine", [], () => simple]) {
    const expected = ", expected an object of name, frame, banks, formulas and next";
    assertThrows(() => defineCell(value as unknown as Cell), UsageError, expected);
  }
});

for (const [what, [changes, message]] of Object.entries(refused)) {
  Deno.test(`a cell is refused for ${what}`, () => {
    const error = assertThrows(() => defineCell({ ...simple, ...changes }), UsageError, message);
    assertEquals([error.code, error.subject], ["wrong_value", "cell"]);
  });
}
