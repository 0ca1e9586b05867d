// The recurrence against tfjs's own tape, its memory, and what its results may depend on.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { read } from "../lib/backend.ts";
import { tf } from "../lib/deps.ts";
import { type Batch, encodeBatch } from "../lib/model/batch.ts";
import { embed, type Network, networkOf, readOut } from "../lib/model/network.ts";
import { initialParameters, recurrenceSpec } from "../lib/model/parameters.ts";
import { type PresetName, presets, resolve } from "../lib/model/presets.ts";
import { Random } from "../lib/random.ts";
import { backward, disposeTrajectory, forward } from "../lib/recurrence/composed.ts";
import { infer } from "../lib/recurrence/inference.ts";
import { recurrence } from "../lib/recurrence/mod.ts";
import { type RecurrenceRun, recurrenceSize, type RecurrenceSpec } from "../lib/recurrence/spec.ts";
import { testOnBackends } from "./adapter.ts";
import { clearance, plainRecurrence } from "./plain.ts";
import { tapeRecurrence } from "./tape.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`recurrence_test: TEST_SEED=${seed}`);

/** A recurrence with all that it is applied to. */
interface Case {
  readonly spec: RecurrenceSpec;
  readonly run: RecurrenceRun;
  readonly positions: number;
  readonly initial: Float32Array;
  readonly parameters: Float32Array;
}

const fill = (size: number, random: Random, reach: number) =>
  Float32Array.from({ length: size }, () => reach * (2 * random.uniform() - 1));

/** Random inputs, with parameters not so large that rounding would grow from step to step. */
function caseOf(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  random: Random,
  positions = Math.max(...run.lengths),
): Case {
  const { width, maps, kernel_width, kernel_length } = spec;
  const initial = fill(run.lengths.length * width * positions * maps, random, 1).map((value, i) => {
    const [row, k] = [Math.floor(i / (width * positions * maps)), Math.floor(i / maps) % positions];
    return k < run.lengths[row]! ? value : 0;
  });
  const reach = 1.4 / Math.sqrt(kernel_width * kernel_length * maps / 3);
  return { spec, run, positions, initial, parameters: fill(recurrenceSize(spec), random, reach) };
}

const shapeOf = ({ spec, run, positions }: Case): [number, number, number, number] => [
  run.lengths.length,
  spec.width,
  positions,
  spec.maps,
];

/** The case's tensors for the time of `use`. */
async function withInputs<T>(
  test: Case,
  use: (initial: tf.Tensor4D, parameters: tf.Tensor1D) => Promise<T> | T,
): Promise<T> {
  const [initial, parameters] = [tf.tensor4d(test.initial, shapeOf(test)), tf.tensor1d(test.parameters)];
  try {
    return await use(initial, parameters);
  } finally {
    tf.dispose([initial, parameters]);
  }
}

/** State, cost, and the gradients of Σ state² + 3 cost with respect to the initial state and the parameters. */
function valuesAndGradients(test: Case, op: typeof recurrence): Promise<Float32Array[]> {
  return withInputs(test, async (initial, parameters) => {
    let values!: tf.Tensor[];
    const gradients = tf.grads((initial, parameters) => {
      const { state, cost } = op(test.spec, test.run, initial as tf.Tensor4D, parameters as tf.Tensor1D);
      values = [tf.keep(state.clone()), tf.keep(cost.clone())];
      return tf.add(tf.sum(tf.square(state)), tf.mul(cost, 3)) as tf.Scalar;
    })([initial, parameters]);
    const found = await Promise.all([...values, ...gradients].map(read));
    tf.dispose([...values, ...gradients]);
    return found;
  });
}

/** |a − b| / |b|, or |a| where b is zero. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  const norm = (of: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < b.length; i++) sum += of(i) ** 2;
    return Math.sqrt(sum);
  };
  return norm((i) => a[i]! - b[i]!) / (norm((i) => b[i]!) || 1);
}

/** The same bits on wasm; elsewhere the same up to the last digits, as kernels are chosen by shape. */
function assertSame(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (tf.getBackend() === "wasm") assertEquals(Array.from(a), Array.from(b));
  else assert(difference(a, b) < 1e-5, `${difference(a, b)}`);
}

async function assertLikeTape(test: Case): Promise<void> {
  const [ours, tape] = [
    await valuesAndGradients(test, recurrence),
    await valuesAndGradients(test, tapeRecurrence),
  ];
  ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((what, i) => {
    const found = difference(ours[i]!, tape[i]!);
    assert(
      found <= 1e-4,
      `${what}: ${found} for ${JSON.stringify([test.spec, test.run])} (TEST_SEED=${seed})`,
    );
  });
}

const dropout = { rate: 0.2, seed: 3, trainingStep: 5, firstExample: 8 } as const;
const problem = { name: "bmul", maxSize: 20 };

for (const name of Object.keys(presets) as PresetName[]) {
  const configuration = resolve(presets[name], problem);
  testOnBackends(
    `recurrence() gives what tfjs's own tape gives, for the ${name} preset's shape`,
    async () => {
      // Fixed: with so many units one seed in a hundred has a unit so near to a kink that rounding decides its side.
      const random = new Random(1, "preset");
      const lengths = name === "paper" ? [6, 6, 4] : [11, 11, 11, 11];
      const run = {
        lengths,
        steps: lengths,
        batch: 8,
        dropout: { ...dropout, on: configuration.dropout_on },
      };
      await assertLikeTape(caseOf(recurrenceSpec(configuration), run, random));
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
  };
  const lengths = Array.from({ length: random.between(1, 4) }, () => random.between(1, 6));
  const extra = random.integer(3);
  return caseOf(
    spec,
    {
      lengths,
      steps: lengths.map((length) => length + extra),
      batch: random.between(lengths.length, 9),
      dropout: random.pick([undefined, { ...dropout, on: "candidate" }, { ...dropout, on: "state" }]),
    },
    random,
    Math.max(...lengths) + random.integer(2),
  );
}

testOnBackends("recurrence() gives what tfjs's own tape gives, for any shape", async () => {
  const enough = tf.getBackend() === "wasm" ? 12 : 3;
  for (let index = 0, checked = 0; checked < enough; index++) {
    const test = randomCase(new Random(seed, "shape", index));
    const { spec, run, positions, initial, parameters } = test;
    // Where a unit is that near to a kink, rounding decides on which side it is.
    const { pre } = plainRecurrence(spec, run, positions, initial, parameters);
    if (clearance(spec.cell, pre) < 1e-5) continue;
    await assertLikeTape(test);
    checked++;
  }
});

const small: Record<string, RecurrenceSpec> = {
  "diagonal cells": {
    cell: "diagonal",
    maps: 6,
    width: 1,
    layers: 2,
    sets: 2,
    kernel_width: 1,
    kernel_length: 3,
  },
  "CGRUs": { cell: "cgru", maps: 4, width: 2, layers: 2, sets: 1, kernel_width: 3, kernel_length: 3 },
};
const mixed: RecurrenceRun = {
  lengths: [2, 4, 3],
  steps: [3, 5, 4],
  batch: 3,
  dropout: { ...dropout, on: "candidate" },
};
const tensors = () => tf.memory().numTensors;

for (const [what, spec] of Object.entries(small)) {
  const test = caseOf(spec, mixed, new Random(2, what));

  testOnBackends(`backward() gives the same where gates are computed again, for ${what}`, async () => {
    const gradients = (budget?: number) =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        const { state, cost, trajectory } = forward(spec, mixed, initial, parameters, budget);
        const kept = tensors() - before - 2;
        const { dInitial, dParameters } = backward(spec, mixed, parameters, trajectory, state, cost);
        const found = [state, cost, dInitial, dParameters];
        const values = await Promise.all(found.map(read));
        tf.dispose(found);
        return { kept, values };
      });
    const [stored, recomputed] = [await gradients(), await gradients(0)];
    const applications = 5 * spec.layers;
    assertEquals([stored.kept, recomputed.kept], [5 * applications, applications]);
    recomputed.values.forEach((values, i) => assertSame(values, stored.values[i]!));
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
        const { trajectory, ...values } = forward(spec, mixed, initial, parameters);
        disposeTrajectory(trajectory);
        tf.dispose([values.state, values.cost]);
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

  testOnBackends(
    `infer() gives what recurrence() gives without dropout, for ${what}`,
    () =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        const inferred = await infer(spec, mixed, initial, parameters);
        const { state, cost } = recurrence(spec, { ...mixed, dropout: undefined }, initial, parameters);
        assertSame(await read(inferred), await read(state));
        tf.dispose([inferred, state, cost]);
        assertEquals(tensors(), before);
      }),
  );

  testOnBackends(
    `infer() frees what it made when it is aborted, for ${what}`,
    () =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        const abort = new AbortController();
        const steps = [100_000, 100_000, 100_000];
        const running = infer(spec, { lengths: mixed.lengths, steps }, initial, parameters, {
          signal: abort.signal,
          onStep: (done) => {
            assert(done < 100_000);
            abort.abort(new Error("enough"));
          },
        });
        await assertRejects(() => running, Error, "enough");
        await assertRejects(
          () => infer(spec, mixed, initial, parameters, { signal: abort.signal }),
          Error,
          "enough",
        );
        assertEquals(tensors(), before);
      }),
  );
}

testOnBackends("recurrence() gives the same bits every time, where sums are long", async () => {
  // The weight gradients are sums over 16 · 16 · 16 places: tfjs has products for these whose bits vary.
  const lengths = Array<number>(16).fill(16);
  const spec = { ...small["diagonal cells"]!, maps: 12, layers: 1, sets: 1 };
  const test = caseOf(spec, { lengths, steps: lengths, batch: 16 }, new Random(3, "long"));
  const first = await valuesAndGradients(test, recurrence);
  for (let again = 0; again < 2; again++) assertEquals(await valuesAndGradients(test, recurrence), first);
});

/** A row's logits at its own positions. */
async function logitsOf(
  network: Network,
  values: Float32Array,
  batch: Batch,
  row: number,
): Promise<number[]> {
  const parameters = tf.tensor1d(values);
  const initial = embed(network, parameters, batch).state;
  const banks = tf.slice(parameters, 0, recurrenceSize(network.spec)) as tf.Tensor1D;
  const state = await infer(network.spec, batch, initial, banks);
  const logits = await read(readOut(network, parameters, state));
  const width = logits.length / (batch.rows * batch.positions);
  const from = row * batch.positions * width;
  return [...logits.subarray(from, from + batch.lengths[row]! * width)];
}

for (const name of ["default", "paper"] as const) {
  testOnBackends(
    `a row's logits depend on neither padding nor neighbours, for the ${name} preset`,
    async () => {
      const network = networkOf(resolve(presets[name], problem), "01*");
      const parameters = initialParameters(network.table, 4);
      const random = new Random(seed, "rows");
      const example = (size: number) => {
        const digits = () => Array.from({ length: size }, () => random.integer(2)).join("");
        return { size, input: `${digits()}*${digits()}`, target: "0".repeat(2 * size) };
      };
      const rows = [2, 4, 1, 3, 2, 5, 4, 1, 3].map(example);
      const together = encodeBatch("01*", rows, { extraSteps: 1 });
      for (const row of [0, 2, 5, 8]) {
        const alone = encodeBatch("01*", [rows[row]!], { extraSteps: 1 });
        assertSame(
          await logitsOf(network, parameters, together, row),
          await logitsOf(network, parameters, alone, 0),
        );
      }
    },
  );
}
