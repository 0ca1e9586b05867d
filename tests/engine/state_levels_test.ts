// The state rounded to a few levels: in inference after every step, in training in every second one of the last steps.
import { read } from "../../lib/engine/device.ts";
import { assert, assertEquals } from "@std/assert";
import { problems } from "../../mod.ts";
import { tf } from "../../lib/deps.ts";
import { loadModel } from "../../lib/model/file.ts";
import { Random } from "../../lib/random.ts";
import { infer } from "../../lib/engine/inference.ts";
import { referenceStepper } from "../../lib/engine/reference/stepper.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { initialState } from "../../lib/training/state.ts";
import { Learner } from "../../lib/training/learner.ts";
import { engineOn, tensorKernels } from "../support/engine.ts";
import { testOnBackends, testOnWasm } from "../support/adapter.ts";
import { type Case, caseOf, difference, mixed, small, tensors, withInputs } from "../support/case.ts";

/** The state of one row alone after its steps, each taken by itself, and rounded by its definition after each. */
async function roundedRow(test: Case, row: number, initial: tf.Tensor4D, parameters: tf.Tensor1D) {
  const spec = { ...test.spec, state_levels: 0 };
  const length = test.run.lengths[row]!;
  let state = tf.slice(initial, [row, 0, 0, 0], [1, spec.width, length, spec.maps]) as tf.Tensor4D;
  for (let t = 0; t < test.run.steps[row]!; t++) {
    const next = await infer(tensorKernels(), spec, { lengths: [length], steps: [1] }, state, parameters);
    const parts = (test.spec.state_levels - 1) / 2;
    const nearest = (await read(next)).map((x) => Math.round(x * parts) / parts);
    state.dispose();
    next.dispose();
    state = tf.tensor4d(nearest, state.shape);
  }
  const values = await read(state);
  state.dispose();
  return values;
}

/** The state of all rows after their steps of plain tfjs operations, as on a backend without kernels of our own. */
function inferReference(test: Case, initial: tf.Tensor4D, parameters: tf.Tensor1D): tf.Tensor4D {
  const stepper = referenceStepper(test.spec, test.run, initial, parameters);
  for (let t = 0; t < Math.max(...test.run.steps);) t += stepper.advance(t, 1);
  const state = stepper.state();
  stepper.dispose();
  return state;
}

for (const [what, spec] of Object.entries(small)) {
  for (const state_levels of [5, 15]) {
    // With one set, as every single step is a first one; with large parameters, or the states would be nearly all 0.
    const plain = caseOf({ ...spec, sets: 1, state_levels }, mixed, new Random(2, what));
    const test = { ...plain, parameters: plain.parameters.map((x) => 3 * x) };

    testOnBackends(
      `infer() rounds the state to ${state_levels} levels after every step, for ${what}`,
      () =>
        withInputs(test, async (initial, parameters) => {
          const before = tensors();
          const state = await infer(tensorKernels(), test.spec, mixed, initial, parameters);
          const reference = tf.getBackend() === "wasm"
            ? inferReference(test, initial, parameters)
            : undefined;
          const { width, maps } = spec;
          for (const [row, length] of mixed.lengths.entries()) {
            const own = tf.slice(state, [row, 0, 0, 0], [1, width, length, maps]);
            const expected = await roundedRow(test, row, initial, parameters);
            assert(new Set(expected).size > 2); // or rounding would hide what happened before
            assert(difference(await read(own), expected) < 1e-6);
            own.dispose();
            if (reference === undefined) continue;
            const same = tf.slice(reference, [row, 0, 0, 0], [1, width, length, maps]);
            assert(difference(await read(same), expected) < 1e-6);
            same.dispose();
          }
          tf.dispose([state, ...(reference ? [reference] : [])]);
          assertEquals(tensors(), before);
        }),
    );
  }
}

testOnWasm(
  "in the last half of the steps after mastery every second one rounds the state, and validations and the model do",
  async () => {
    const { configuration: own, parameters: from } = await loadModel("add");
    // Three levels are fewer than this model can do with.
    const configuration = { ...own, state_levels: 3, validate_max_multiple: 1, steps_after_mastery: 10 };
    const source = generatedSource(problems.add!, configuration);
    const options = { configuration, source, seed: 1, attempts: 1, steps: 10, engine: engineOn(), from };
    const cases = [[4, false, false], [6, true, true], [7, false, true]] as const;
    for (const [taken, stepRounds, rounds] of cases) {
      const learner = new Learner(options, initialState(configuration, source.sizes));
      const { state } = learner;
      try {
        Object.assign(state, { size: 10, masteredAt: 0, attemptStep: taken });
        await learner.step();
        await learner.collect();
        const { loss } = state.window[0]!.metrics;
        assertEquals(loss > 0.01, stepRounds, `loss ${loss}`);
        state.attemptStep = taken;
        const { score } = await learner.validate();
        assertEquals(score[0]! < 0.95, rounds, `${score}`);
        assertEquals(state.best?.levels, rounds ? 3 : 0);
        assertEquals((await learner.chosen()).levels, rounds ? 3 : 0);
      } finally {
        learner.dispose();
      }
    }
  },
);
