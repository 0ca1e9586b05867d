// Cells of any formulas, on every engine: values and gradients against the reference and the formulas in double precision.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Cell } from "../../lib/cells/cell.ts";
import { cellOf } from "../../lib/cells/table.ts";
import { diagonal } from "../../lib/cells/diagonal.ts";
import { tf } from "../../lib/deps.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { referenceRecurrence } from "../../lib/engine/reference/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { Random } from "../../lib/random.ts";
import { testOnBackends, testOnWasm } from "../support/adapter.ts";
import {
  type Case,
  caseOf,
  difference,
  dropout,
  mixed,
  noise,
  small,
  valuesAndGradients,
} from "../support/case.ts";
import { clearance, plainRecurrence } from "../support/plain.ts";
import { randomCell } from "../support/random_cells.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`random_cells_test: TEST_SEED=${seed}`);

/** A cell of any formulas in a shape of any kind. */
function randomCase(random: Random): Case {
  const width = random.integer(3) === 0 ? 2 : 1;
  const spec: RecurrenceSpec = {
    cell: randomCell(random),
    width,
    maps: random.between(1, 8),
    layers: random.between(1, 2),
    sets: random.between(1, 2),
    kernel_width: width === 1 ? 1 : 3,
    kernel_length: random.pick([1, 3]),
    gate_cutoff: 0,
    state_levels: 0,
  };
  const lengths = Array.from({ length: random.between(1, 3) }, () => random.between(1, 5));
  const extra = random.integer(2);
  const run = {
    lengths,
    steps: lengths.map((length) => length + extra),
    batch: lengths.length,
    saturation: random.integer(4) > 0,
    dropout: random.pick([undefined, { ...dropout, on: "candidate" as const }, {
      ...dropout,
      on: "state" as const,
    }]),
    noise: random.pick([undefined, noise]),
  };
  return caseOf(spec, run, random, Math.max(...lengths) + random.integer(2));
}

testOnBackends("any cell gives what its formulas say, and the gradient of the reference", async () => {
  // The kernels of a cell take a software adapter seconds to compile.
  const enough = tf.getBackend() === "wasm" ? 20 : 2;
  for (let index = 0, checked = 0; checked < enough; index++) {
    const test = randomCase(new Random(seed, "cell", index));
    const { spec, run, positions, initial, parameters } = test;
    const plain = plainRecurrence(spec, run, positions, initial, parameters);
    if (clearance(spec, plain) < 1e-5) continue; // rounding decides on which side of a kink it is
    const [ours, expected] = [
      await valuesAndGradients(test, recurrence),
      await valuesAndGradients(test, referenceRecurrence),
    ];
    const told = `${JSON.stringify([spec, run])} (TEST_SEED=${seed}, ${index})`;
    assert(difference(ours[0]!, plain.state) <= 1e-4, `state of ${told}`);
    assert(difference(ours[1]!, [plain.cost]) <= 1e-4, `cost of ${told}`);
    ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((what, i) => {
      const found = difference(ours[i]!, expected[i]!);
      assert(found <= 1e-4, `${what}: ${found} for ${told}`);
    });
    checked++;
  }
});

/** Half the distance of the two points of a finite difference. */
const H = 1e-7;

testOnWasm("the gradient of any cell has the slopes of its formulas in double precision", async () => {
  const costWeight = 3;
  for (let index = 0, checked = 0; checked < 10; index++) {
    const random = new Random(seed, "slopes", index);
    const test = randomCase(random);
    const { spec, run, positions } = test;
    const at = (initial: ArrayLike<number>, parameters: ArrayLike<number>) =>
      plainRecurrence(spec, run, positions, initial, parameters);
    const valueAt = (points: readonly Float64Array[]) => {
      const { state, cost } = at(points[0]!, points[1]!);
      return state.reduce((sum, x) => sum + x * x, costWeight * cost);
    };
    if (clearance(spec, at(test.initial, test.parameters)) < 100 * H) continue;
    const gradients: [string, Float32Array[]][] = [
      ["kernels", (await valuesAndGradients(test, recurrence, costWeight)).slice(2)],
      ["tape", (await valuesAndGradients(test, referenceRecurrence, costWeight)).slice(2)],
    ];
    for (const [place, what] of ["the state", "the parameters"].entries()) {
      const size = [test.initial, test.parameters][place]!.length;
      for (let i = 0; i < 8; i++) {
        const coordinate = random.integer(size);
        if (place === 0 && test.initial[coordinate] === 0) continue; // padding
        const [below, above] = [-H, H].map((step) => {
          const points = [Float64Array.from(test.initial), Float64Array.from(test.parameters)];
          points[place]![coordinate]! += step;
          return valueAt(points);
        });
        const slope = (above! - below!) / (2 * H);
        for (const [by, found] of gradients) {
          const scale = Math.hypot(...found[place]!) / Math.sqrt(size);
          const told = `slope along ${what}, by the ${by}, of ${JSON.stringify([spec, run])}`;
          assertAlmostEquals(
            found[place]![coordinate]!,
            slope,
            1e-3 * (Math.abs(slope) + scale) + 1e-6,
            `${told} (TEST_SEED=${seed}, ${index})`,
          );
        }
      }
    }
    checked++;
  }
});

const bank = { convolves: "s", bias: 0 };
const own = { name: "odd", frame: "diagonal", formulas: {} } as const;
const odd: Record<string, Cell> = {
  "formulas nested as deep as they may be": {
    ...own,
    banks: { a: bank },
    formulas: { f: `a${"+a".repeat(140)}`, g: `f${"+s".repeat(140)}` },
    next: "tanh(0.01 * g)",
  },
  "as many banks and phases as there may be": {
    ...own,
    banks: {
      ...{ a: bank, b: bank, c: { convolves: "a * b", bias: 0 }, d: { convolves: "a * b", bias: 0 } },
      ...{ e: { convolves: "tanh(a + c * d)", bias: 0 }, f: { convolves: "tanh(a + c * d)", bias: 0 } },
    },
    next: "tanh(a + b + c + d + e + f + shift(s))",
  },
  "the state convolved again after the shifted state": {
    ...own,
    banks: { a: bank, b: { convolves: "shift(s)", bias: 0 }, c: bank },
    next: "drop(tanh(a + b * c))",
  },
  "a bank that convolves a bank": {
    ...own,
    banks: { a: bank, b: { convolves: "a", bias: 0 }, c: { convolves: "b", bias: 0 } },
    next: "c",
  },
};

for (const [name, cell] of Object.entries(odd)) {
  testOnBackends(`the gradient of the reference for ${name}`, async () => {
    const spec = { ...small["diagonal cells"]!, layers: 1, sets: 1, cell };
    const test = caseOf(spec, mixed, new Random(4, "odd"));
    const [ours, expected] = [
      await valuesAndGradients(test, recurrence),
      await valuesAndGradients(test, referenceRecurrence),
    ];
    ours.forEach((values, i) => assert(difference(values, expected[i]!) < 1e-4));
  });
}

testOnBackends("the diagonal cell under another name is the same to the last bit", async () => {
  const spec = small["diagonal cells"]!;
  const test = caseOf(spec, mixed, new Random(4, "named"));
  const other = { ...test, spec: { ...spec, cell: { ...diagonal, name: "mine" } } };
  assert(cellOf(other.spec) !== cellOf(spec));
  assertEquals(await valuesAndGradients(other, recurrence), await valuesAndGradients(test, recurrence));
});

testOnBackends("a changed formula changes what engines compute, with no other change", async () => {
  const spec = small["diagonal cells"]!;
  const cell = { ...diagonal, name: "changed", next: "c + g * (0.5 * shift(s) - c)" };
  const test = caseOf({ ...spec, cell }, mixed, new Random(4, "changed"));
  const [ours, expected] = [
    await valuesAndGradients(test, recurrence),
    await valuesAndGradients(test, referenceRecurrence),
  ];
  ours.forEach((values, i) => assert(difference(values, expected[i]!) < 1e-4));
  const before = await valuesAndGradients({ ...test, spec }, recurrence);
  assert(difference(ours[0]!, before[0]!) > 0.1);
});
