/** Cells and formulas at random, for tests that hold for any of them. */
import type { Cell } from "../../lib/cells/cell.ts";
import { type Expression, partsOf } from "../../lib/cells/expression.ts";
import { evaluator } from "../../lib/cells/evaluate.ts";
import type { Random } from "../../lib/random.ts";

/** A formula of these leaves, whose values stay small and whose divisors stay away from zero. */
export function randomFormula(random: Random, leaves: readonly string[], depth: number): string {
  const leaf = () =>
    random.integer(4) === 0 ? (random.uniform() * 2 - 1).toFixed(2) : random.pick([...leaves]);
  if (depth === 0) return leaf().replace(/^-.*/, "($&)");
  const inner = () => randomFormula(random, leaves, random.integer(depth));
  switch (random.integer(10)) {
    case 0:
      return `(${inner()} + ${inner()})`;
    case 1:
      return `(${inner()} - ${inner()})`;
    case 2:
    case 3:
      return `${inner()} * ${inner()}`;
    case 4:
      return `${inner()} / (1.5 + sigmoid(${inner()}))`;
    case 5:
      return `${random.pick(["min", "max"])}(${inner()}, ${inner()})`;
    case 6:
      return `clamp(${inner()}, ${(-random.uniform()).toFixed(2)}, ${(0.1 + random.uniform()).toFixed(2)})`;
    case 7:
      return `sigmoid(${inner()})`;
    case 8:
      return `abs(${inner()})`;
    default:
      return `tanh(${inner()})`;
  }
}

/** A cell of one to three phases. Its states stay within ±1. */
export function randomCell(random: Random): Cell {
  const banks: Record<string, { convolves: string; bias: number; saturates: boolean }> = {};
  const phases = random.between(1, 3);
  let convolves = "s";
  /** How formulas use each bank: of some of them only the value of a sigmoid or tanh is kept. */
  const uses: string[] = [];
  for (let phase = 0; phase < phases; phase++) {
    if (phase > 0) {
      // Banks of the phase before are in it, so that it can be computed no earlier; the tanh tells it from other phases.
      convolves = `tanh(${uses.at(-1)} + ${
        randomFormula(random, [...uses, "s", ...(random.integer(3) === 0 ? ["shift(s)"] : [])], 2)
      })`;
    }
    const count = random.between(1, 2);
    for (let i = 0; i < count; i++) {
      const name = `bank_${uses.length}`;
      uses.push(random.pick([name, `sigmoid(${name})`, `tanh(${name})`]));
      banks[name] = { convolves, bias: 0, saturates: random.integer(4) > 0 };
    }
  }
  const leaves = [...uses, "s", "shift(s)", "formula"];
  // Every bank is in it: a cell whose bank changes nothing is refused.
  const next = `${randomFormula(random, leaves, 3)} + ${uses.map((use) => `0.3 * ${use}`).join(" + ")}`;
  return {
    name: "random",
    frame: random.pick(["diagonal", "cgru"]),
    banks,
    formulas: { formula: `drop(tanh(s + ${randomFormula(random, [...uses, "s"], 2)}))` },
    next: `tanh(${next})`,
  };
}

/**
 * A function that yields for each kink of the expressions (of `min`, `max` and `clamp`) how far on its one side or on
 * its other the inputs are.
 */
export function kinksOf(
  expressions: readonly Expression[],
): (inputs: Readonly<Record<string, number>>) => number[] {
  const pairs = partsOf(expressions).flatMap((part): [Expression, Expression][] => {
    if (part.kind !== "operation") return [];
    const [a, b, c] = part.args as [Expression, Expression, Expression];
    if (part.operation === "clamp") return [[a, b], [a, c]];
    if (part.operation === "abs") return [[a, part]];
    return part.operation === "min" || part.operation === "max" ? [[a, b]] : [];
  });
  const evaluate = evaluator(pairs.flat());
  return (inputs) => {
    const values = evaluate(inputs);
    return pairs.map((_, i) => values[2 * i]! - values[2 * i + 1]!);
  };
}
