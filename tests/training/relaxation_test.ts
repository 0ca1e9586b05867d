// Parameter-sharing relaxation: the pull between the sets, its growth, and their averaging.
import { read } from "../../lib/engine/device.ts";
import { networkOf } from "../../lib/model/network.ts";
import { meanOf } from "../../lib/training/metrics.ts";
import { pullOf } from "../../lib/engine/reference/training.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { presets, problems, Random } from "../../mod.ts";
import { tf } from "../../lib/deps.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { averageSets, relax } from "../../lib/training/rules/relaxation.ts";
import { testOnBackends, testOnWasm } from "../support/adapter.ts";
import { difference } from "../support/case.ts";
import { engineOn } from "../support/engine.ts";
import { learnerOf } from "../support/learner_of.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`relaxation_test: TEST_SEED=${seed}`);

const badd = problems.badd!;
const spec: RecurrenceSpec = {
  ...{ cell: "cgru", maps: 3, width: 2, layers: 2, sets: 4 },
  ...{ kernel_width: 3, kernel_length: 3, gate_cutoff: 0.1, state_levels: 0 },
};
/** Numbers beyond the sets, as embedding and output have. */
const REST = 5;

function randomVector(stream: string): Float32Array {
  const random = new Random(seed, stream);
  return Float32Array.from({ length: recurrenceSize(spec) + REST }, () => random.normal());
}

/** Σ (p − mean over the sets)², by its definition. */
function distanceOf({ sets, ...rest }: RecurrenceSpec, vector: ArrayLike<number>): number {
  const size = recurrenceSize({ sets: 1, ...rest });
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const own = Array.from({ length: sets }, (_, set) => vector[set * size + i]!);
    const mean = own.reduce((a, b) => a + b) / sets;
    sum += own.reduce((total, p) => total + (p - mean) ** 2, 0);
  }
  return sum;
}

testOnBackends("pullOf() is the weighted squared distance's gradient", async () => {
  const vector = randomVector("pull");
  const parameters = tf.tensor1d(vector);
  const before = tf.memory().numTensors;
  const { distance, gradient } = pullOf(spec, parameters, 0.3);
  const [[found], slopes] = await Promise.all([read(distance), read(gradient)]);
  tf.dispose([distance, gradient]);
  assertEquals(tf.memory().numTensors, before);
  parameters.dispose();
  const expected = distanceOf(spec, vector);
  assertAlmostEquals(found!, expected, 1e-5 * expected);
  for (let i = 0; i < vector.length; i += 7) {
    const at = (x: number) => 0.3 * distanceOf(spec, Array.from(vector, (p, j) => j === i ? p + x : p));
    assertAlmostEquals(slopes[i]!, (at(1e-3) - at(-1e-3)) / 2e-3, 1e-4, `element ${i} (TEST_SEED=${seed})`);
  }
  assertEquals([...slopes.slice(-REST)], [0, 0, 0, 0, 0]);
});

Deno.test("averageSets() leaves one set, the mean, and what is beyond the sets", () => {
  const vector = randomVector("average");
  const averaged = averageSets(spec, vector);
  const size = recurrenceSize({ ...spec, sets: 1 });
  assertEquals(averaged.length, size + REST);
  assertEquals(averaged.slice(-REST), vector.slice(-REST));
  for (let i = 0; i < size; i++) {
    const mean = (vector[i]! + vector[size + i]! + vector[2 * size + i]! + vector[3 * size + i]!) / 4;
    assertEquals(averaged[i], Math.fround(mean));
  }
  assertEquals(averageSets({ ...spec, sets: 1 }, averaged), averaged);
});

Deno.test("relax() multiplies the pull with every success, and averages at one where it is strong", () => {
  const configuration = resolve(presets.paper, badd);
  let state = { sets: 6, pull: configuration.relaxation_pull };
  assertEquals(relax(configuration, state, 0), state);
  for (let success = 1; success <= 30; success++) {
    state = relax(configuration, state, 1);
    assertAlmostEquals(state.pull, 5e-4 * 1.2 ** success, 1e-12);
    assertEquals(state.sets, 6, `after success ${success}`);
  }
  assertEquals(relax(configuration, state, 0).sets, 6);
  assertEquals(relax(configuration, state, 1), { sets: 1, pull: state.pull });
  assertAlmostEquals(relax(configuration, { sets: 6, pull: 0.01 }, 2).pull, 0.0144, 1e-12);
});

testOnBackends("a step pulls the sets together, and its metrics tell their distance", async () => {
  const first = async (pull: number) => {
    const learner = learnerOf({ relaxation_pull: pull, clip_norm: 0 });
    const { network: { spec, table } } = learner;
    await learner.step();
    const setDistance = meanOf((await learner.check()).steps, "set_distance");
    const { moments } = await learner.vectors();
    learner.dispose();
    return { spec, start: initialParameters(table, 1), setDistance, moment: moments[0] };
  };
  const { spec, start, setDistance, moment } = await first(0.01);
  assertEquals(spec.sets, 6);
  const expected = distanceOf(spec, start);
  assertAlmostEquals(setDistance, expected, 1e-5 * expected);
  // Adam's first moment after a step is a tenth of the gradient.
  const free = (await first(0)).moment;
  const parameters = tf.tensor1d(start);
  const pull = pullOf(spec, parameters, 0.01);
  const slopes = await read(pull.gradient);
  tf.dispose([parameters, pull.distance, pull.gradient]);
  assert(difference(moment.map((m, i) => 10 * (m - free[i]!)), slopes) < 1e-3);
});

testOnBackends(
  "averaging leaves the means of parameters and moments, and training goes on with one set",
  async () => {
    const learner = learnerOf({
      advance_accuracy: 0,
      relaxation_average_at_pull: 1e-3,
      relaxation_pull: 1e-3,
      random_size_share: 0,
    });
    const tensors = tf.memory().numTensors;
    await learner.step();
    const before = await learner.vectors();
    const { spec } = learner.network;
    learner.state.masteredAt = 0;
    await learner.check(); // a success, as every batch is right enough
    assertEquals(learner.state.masteredAt, null, "another model has to master the size anew");
    const after = await learner.vectors();
    assertEquals([spec.sets, learner.state.sets, learner.network.spec.sets], [6, 1, 1]);
    assertEquals(after.parameters, averageSets(spec, before.parameters));
    assertEquals(after.moments, [averageSets(spec, before.moments[0]), averageSets(spec, before.moments[1])]);
    await learner.step();
    const { steps } = await learner.check();
    assert(meanOf(steps, "set_distance") === 0 && Number.isFinite(meanOf(steps, "loss")));
    assertEquals(tf.memory().numTensors, tensors);
    assertNotEquals((await learner.vectors()).parameters, after.parameters);
    learner.dispose();
  },
);

let onWasm: Float32Array | undefined;
testOnBackends("the paper's preset trains all six sets", async () => {
  const learner = learnerOf({ check_every: 3 });
  for (let step = 0; step < 3; step++) await learner.step();
  const { steps } = await learner.check();
  assert(steps.every(({ metrics }) => Object.values(metrics).every(Number.isFinite)), JSON.stringify(steps));
  assert(meanOf(steps, "gradient_norm") > 0);
  const { parameters } = await learner.vectors();
  const start = initialParameters(learner.network.table, 1);
  const size = recurrenceSize({ ...learner.network.spec, sets: 1 });
  for (let set = 0; set < 6; set++) { // a sum of 3 digits has 7 steps
    const moved = start.slice(set * size, (set + 1) * size).map((x, i) =>
      Math.abs(parameters[set * size + i]! - x)
    );
    assert(Math.max(...moved) > 1e-4, `set ${set}`);
  }
  onWasm ??= parameters;
  assert(difference(parameters, onWasm) < 1e-3, `${difference(parameters, onWasm)}`);
  learner.dispose();
});

testOnBackends("a model takes its sets in turn", async () => {
  const configuration = resolve(presets.paper, badd, { maps: 4 });
  const network = networkOf(configuration, badd.symbols);
  const vector = initialParameters(network.table, seed);
  const [six, one] = [network, networkOf(configuration, badd.symbols, 1)].map(({ spec }) =>
    recurrenceSize(spec)
  );
  const single = new Float32Array([...vector.slice(0, one), ...vector.slice(six)]);
  const repeated = new Float32Array([
    ...Array(6).fill([...vector.slice(0, one)]).flat(),
    ...vector.slice(six),
  ]);
  // A row of 5 steps never takes the last set; one of 7 does.
  const withoutLast = vector.map((x, i) => i >= 5 * one! && i < six! ? 0 : x);
  const written = async (sets: number, values: Float32Array, size: number) => {
    const random = new Random(seed, "rows");
    const examples = Array.from({ length: 20 }, () => {
      const input = badd.suites.random!(size, random);
      return { size, input, target: badd.answer(input) };
    });
    const weights = { network: networkOf(configuration, badd.symbols, sets), parameters: values };
    return await engineOn().predict([weights], encodeBatch(badd.symbols, examples, { extraSteps: 0 }));
  };
  assertEquals(await written(6, repeated, 3), await written(1, single, 3));
  assertEquals(await written(6, withoutLast, 2), await written(6, vector, 2));
  assertNotEquals(await written(6, withoutLast, 3), await written(6, vector, 3));
});

testOnWasm(
  "while there are several sets, successes count as gains, and failure at longer sizes as no end",
  async () => {
    const learner = learnerOf({ advance_accuracy: 0, relaxation_average_at_pull: 1, random_size_share: 0 });
    const { state } = learner;
    await learner.step();
    await learner.check();
    assertEquals([state.size, state.lastGain], [3, 1]); // at the largest size, where none is gained
    // Far beyond mastery, and nothing of twice the size is right: what ends an attempt with one set.
    Object.assign(state, { masteredAt: 0, attemptStep: 400, lastValidation: [1, 0, 0, 0] });
    learner.conclude();
    assertEquals(state.ended, null);
    state.sets = 1;
    learner.conclude();
    assertEquals(state.ended, "attempts");
    learner.dispose();
  },
);
