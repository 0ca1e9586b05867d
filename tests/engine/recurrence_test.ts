// The recurrence's kernels against the reference, their memory and their bits.
import { read } from "../../lib/engine/device.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { referenceRecurrence } from "../../lib/engine/reference/recurrence.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { networkOf } from "../../lib/model/network.ts";
import { webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { recurrenceSpec } from "../../lib/model/parameters.ts";
import { type PresetName, presets, resolve } from "../../lib/model/presets.ts";
import { Random } from "../../lib/random.ts";
import { fusedBackward, fusedForward } from "../../lib/engine/webgpu/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { wasmForward } from "../../lib/engine/wasm/recurrence.ts";
import { testOnBackends, testOnWasm, testOnWebGPU } from "../support/adapter.ts";
import {
  assertSame,
  type Case,
  caseOf,
  difference,
  dropout,
  mixed,
  noise,
  small,
  tensors,
  valuesAndGradients,
  withInputs,
} from "../support/case.ts";
import { clearance, plainRecurrence } from "../support/plain.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`recurrence_test: TEST_SEED=${seed}`);

async function assertLikeReference(test: Case): Promise<void> {
  const [ours, expected] = [
    await valuesAndGradients(test, recurrence),
    await valuesAndGradients(test, referenceRecurrence),
  ];
  ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((what, i) => {
    const found = difference(ours[i]!, expected[i]!);
    assert(
      found <= 1e-4,
      `${what}: ${found} for ${JSON.stringify([test.spec, test.run])} (TEST_SEED=${seed})`,
    );
  });
}

const problem = { name: "bmul", maxSize: 20 };

for (const name of Object.keys(presets) as PresetName[]) {
  const configuration = resolve(presets[name], problem);
  testOnBackends(
    `recurrence() gives what the reference gives, for the ${name} preset's shape`,
    async () => {
      // Fixed: with so many units one seed in a hundred has a unit so near to a kink that rounding decides its side.
      const random = new Random(1, "preset");
      const lengths = name === "paper" ? [6, 6, 4] : [11, 11, 11, 11];
      const run = {
        lengths,
        steps: lengths,
        batch: 8,
        saturation: configuration.saturation_weight !== 0,
        dropout: { ...dropout, on: configuration.dropout_on },
      };
      await assertLikeReference(caseOf(recurrenceSpec(configuration), run, random));
    },
  );
}

/** A small recurrence of any kind, with rows of any lengths. */
function randomCase(random: Random): Case {
  const cell = random.pick(["diagonal", "cgru"] as const);
  const width = cell === "cgru" ? random.between(1, 4) : 1;
  const spec: RecurrenceSpec = {
    cell,
    width,
    maps: random.between(1, 8),
    layers: random.between(1, 3),
    sets: random.between(1, 3),
    kernel_width: width === 1 ? 1 : random.pick([1, 3]),
    kernel_length: random.pick([1, 3, 5]),
    gate_cutoff: random.pick([0, 0.1]),
    state_levels: random.pick([0, 5]), // which training does not see
  };
  const lengths = Array.from({ length: random.between(1, 4) }, () => random.between(1, 6));
  const extra = random.integer(3);
  return caseOf(
    spec,
    {
      lengths,
      steps: lengths.map((length) => length + extra),
      batch: random.between(lengths.length, 9),
      saturation: random.pick([true, false]),
      dropout: random.pick([undefined, { ...dropout, on: "candidate" }, { ...dropout, on: "state" }]),
      noise: random.pick([undefined, noise]),
    },
    random,
    Math.max(...lengths) + random.integer(2),
  );
}

testOnBackends("recurrence() gives what the reference gives, for any shape", async () => {
  // The kernels of a shape take a software adapter seconds to compile.
  const enough = tf.getBackend() === "wasm" ? 12 : 1;
  for (let index = 0, checked = 0; checked < enough; index++) {
    const test = randomCase(new Random(seed, "shape", index));
    const { spec, run, positions, initial, parameters } = test;
    // Where a unit is that near to a kink, rounding decides on which side it is.
    const plain = plainRecurrence(spec, run, positions, initial, parameters);
    if (clearance(spec, plain) < 1e-5) continue;
    await assertLikeReference(test);
    checked++;
  }
});

for (const [what, spec] of Object.entries(small)) {
  const test = caseOf(spec, mixed, new Random(2, what));

  testOnBackends(`no saturation cost is computed where none is wanted, for ${what}`, async () => {
    const without = { ...test, run: { ...mixed, saturation: false } };
    const assertWithout = async (op: typeof recurrence) => {
      const expected = await valuesAndGradients(test, op, 0);
      const found = await valuesAndGradients(without, op);
      assert(expected[1]![0]! > 0);
      assertEquals(found[1], new Float32Array([0]));
      for (const i of [0, 2, 3]) assertSame(found[i]!, expected[i]!);
    };
    await assertWithout(recurrence);
    await assertWithout(referenceRecurrence);
  });

  testOnWasm(`the backward pass gives the same where gates are computed again, for ${what}`, async () => {
    const gradients = (budget?: number) =>
      withInputs(test, async (initial, parameters) => {
        const { state, cost, backward } = wasmForward(spec, mixed, initial, parameters, budget);
        const { dInitial, dParameters } = backward(state, cost, parameters);
        const found = [state, cost, dInitial, dParameters];
        const values = await Promise.all(found.map(read));
        tf.dispose(found);
        return values;
      });
    assertEquals(await gradients(0), await gradients());
  });

  testOnBackends(
    `recurrence() frees what it makes, for ${what}`,
    () =>
      withInputs(test, (initial, parameters) => {
        const before = tensors();
        const { state, cost } = recurrence(spec, mixed, initial, parameters);
        assertEquals(tensors() - before, 2);
        tf.dispose([state, cost]);
        tf.tidy(() => recurrence(spec, mixed, initial, parameters).cost).dispose();
        assertEquals(tensors(), before);

        const loss = (initial: tf.Tensor, parameters: tf.Tensor) => {
          const { state, cost } = recurrence(spec, mixed, initial as tf.Tensor4D, parameters as tf.Tensor1D);
          return tf.add(tf.sum(state), cost) as tf.Scalar;
        };
        tf.dispose(tf.grads((...xs) => loss(xs[0]!, xs[1]!))([initial, parameters]));
        tf.dispose(tf.grad((x) => loss(x, parameters))(initial));
        tf.dispose(tf.grad((x) => loss(initial, x))(parameters));
        // The cost alone, and the state alone: the other one's gradient is zero.
        tf.dispose(tf.grad((x) => recurrence(spec, mixed, initial, x as tf.Tensor1D).cost)(parameters));
        tf.dispose(
          tf.grad((x) => tf.sum(recurrence(spec, mixed, initial, x as tf.Tensor1D).state))(parameters),
        );
        assertEquals(tensors(), before);
      }),
  );
}

/** Each meets a limit within the kernels: rows of one sum of weights, invocations of a workgroup. */
const limitCases: Record<string, () => Case> = {
  "diagonal cells": () => caseOf(small["diagonal cells"]!, mixed, new Random(2, "fused")),
  "CGRUs": () => caseOf(small["CGRUs"]!, mixed, new Random(2, "fused")),
  "70 rows": () => {
    const lengths = Array.from({ length: 70 }, (_, row) => 1 + row % 3);
    return caseOf(small["diagonal cells"]!, { ...mixed, lengths, steps: lengths }, new Random(2, "rows"));
  },
  "140 positions": () => {
    const spec = { ...small["diagonal cells"]!, maps: 32, layers: 1, sets: 1 };
    return caseOf(
      spec,
      { lengths: [140], steps: [3], batch: 1, saturation: true },
      new Random(2, "positions"),
    );
  },
};

for (const [what, make] of Object.entries(limitCases)) {
  testOnBackends(`the kernels give what the reference gives, for ${what}`, async () => {
    const test = make();
    const found = await valuesAndGradients(test, recurrence);
    const expected = await valuesAndGradients(test, referenceRecurrence);
    found.forEach((values, i) => {
      const apart = difference(values, expected[i]!);
      assert(apart < 1e-4, `${apart}`);
    });
    assertNotEquals(found, expected, "one and the same implementation ran twice");
  });
}

for (const [what, spec] of Object.entries(small)) {
  testOnWebGPU(`the kernels give the same in groups of rows as at once, for ${what}`, () => {
    const test = caseOf(spec, mixed, new Random(2, "fused"));
    return withInputs(test, async (initial, parameters) => {
      const before = tensors();
      const inGroups = async (rows: number) => {
        const { state, cost, trajectory } = fusedForward(spec, mixed, initial, parameters, rows);
        assertEquals(trajectory.length, Math.ceil(3 / rows));
        const { dInitial, dParameters } = fusedBackward(spec, parameters, trajectory, state, cost);
        const found = [state, cost, dInitial, dParameters];
        const values = await Promise.all(found.map(read));
        tf.dispose(found);
        return values;
      };
      const [atOnce, grouped] = [await inGroups(3), await inGroups(2)];
      grouped.forEach((values, i) => assertSame(values, atOnce[i]!));
      assertEquals(tensors(), before);
    });
  });
}

testOnBackends("recurrence() gives the same bits every time, where sums are long", async () => {
  // The weight gradients are sums over 16 · 16 · 16 places: tfjs has products for these whose bits vary.
  const lengths = Array<number>(16).fill(16);
  const run = { lengths, steps: lengths, batch: 16, saturation: true };
  const test = caseOf(small["diagonal cells"]!, run, new Random(3, "long"));
  const first = await valuesAndGradients(test, recurrence);
  for (let again = 0; again < 2; again++) assertEquals(await valuesAndGradients(test, recurrence), first);
});

testOnWebGPU("rows too long for a buffer are left to the reference, which is said once", async () => {
  const test = caseOf(small["diagonal cells"]!, mixed, new Random(2, "too long"));
  const { warn } = console;
  const said: string[] = [];
  console.warn = (text: string) => void said.push(text);
  try {
    const kernels = webgpuKernels({ buffer: 1000 });
    const network = networkOf(resolve(presets.default, problem, { maps: 4, max_size: 2 }), "01*");
    const batch = { rows: 3, positions: 4, lengths: [4, 4, 2], steps: [4, 4, 2] };
    assertEquals(kernels.divide(network, batch), { rows: 8, mixed: false, statesKept: 100 });
    const expected = await valuesAndGradients(test, referenceRecurrence);
    for (let again = 0; again < 2; again++) {
      assertEquals(await valuesAndGradients(test, kernels.recurrence), expected);
    }
  } finally {
    console.warn = warn;
  }
  assertEquals(said.length, 1);
  assertMatch(said[0]!, /exceeds the GPU's largest buffer/);
});
