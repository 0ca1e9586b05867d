// Cells of any formulas, on every engine: values and gradients against the reference and the formulas in double precision.
import { assert, assertEquals } from "@std/assert";
import { cellOf } from "../../lib/cells/table.ts";
import { diagonal } from "../../lib/cells/diagonal.ts";
import { tf } from "../../lib/deps.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { referenceRecurrence } from "../../lib/engine/reference/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { Random } from "../../lib/random.ts";
import { testOnBackends } from "../support/adapter.ts";
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
