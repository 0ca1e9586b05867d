// Output buffers: what a kernel does not write into them is not read either.
import { read } from "../../lib/engine/device.ts";
import { assertEquals } from "@std/assert";
import { tf, type WebGPUBackend } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";
import { infer } from "../../lib/engine/inference.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { caseOf, dropout, mixed, small, valuesAndGradients, withInputs } from "../support/case.ts";
import { tensorKernels } from "../support/engine.ts";
import { assertReadsWhatItWrites, POISONS, withPoison } from "../support/poison.ts";
import { smallTraining } from "../support/small_training.ts";

testOnWebGPU("an element that a kernel does not write is seen", async () => {
  const odd = async () => {
    const program = {
      shaderKey: "test-odd",
      outputShape: [6],
      variableNames: ["x"],
      workgroupSize: [64, 1, 1] as [number, number, number],
      size: true,
      dispatchLayout: { x: [0] },
      dispatch: [1, 1, 1] as [number, number, number],
      getUserCode: () =>
        "fn main(index: i32) { if (index < uniforms.size && index % 2 == 1) { result[index] = x[index]; } }",
    };
    const x = tf.ones([6]);
    const info = (tf.backend() as unknown as WebGPUBackend).runWebGPUProgram(program, [x], "float32");
    const output = tf.engine().makeTensorFromTensorInfo(info);
    const values = await read(output);
    tf.dispose([x, output]);
    return values;
  };
  for (const poison of [0, ...POISONS]) {
    const { result } = await withPoison(poison, odd);
    assertEquals([...result], [poison, 1, poison, 1, poison, 1]);
  }
});

/** One place of dropout and one way to share the work for each cell: a software adapter compiles each for seconds. */
const variants = {
  "diagonal cells": { on: "candidate", split: false },
  "CGRUs": { on: "state", split: true },
} as const;

for (const [what, { on, split }] of Object.entries(variants)) {
  const spec = small[what]!;
  const test = caseOf(spec, { ...mixed, dropout: { ...dropout, on } }, new Random(2, what), 5);

  testOnWebGPU(
    `the recurrence's kernels read what they have written, for ${what}`,
    () => assertReadsWhatItWrites(6, () => valuesAndGradients(test, tensorKernels(split).recurrence)),
  );

  testOnWebGPU(
    `inference's kernels read what they have written, for ${what}`,
    () =>
      withInputs(
        test,
        (initial, parameters) =>
          assertReadsWhatItWrites(2, async () => {
            const state = await infer(tensorKernels(split), spec, mixed, initial, parameters);
            const values = await read(state);
            state.dispose();
            return [values];
          }),
      ),
  );
}

for (const optimizer of ["adamax", "adam"] as const) {
  testOnWebGPU(`the kernels of a training step read what they have written, for ${optimizer}`, async () => {
    await assertReadsWhatItWrites(12, async () => {
      const { learner } = smallTraining({
        optimizer,
        maps: 5,
        clip_norm: 1,
        batch_size: 3,
        relaxation_sets: 2,
      });
      for (let step = 0; step < 2; step++) await learner.step();
      await learner.collect();
      const { parameters, moments } = await learner.vectors();
      const metrics = learner.state.window.flatMap(({ metrics }) => Object.values(metrics));
      learner.dispose();
      return [parameters, ...moments, Float32Array.from(metrics)];
    });
  });
}
