// Output buffers: what a kernel does not write into them is not read either.
import { read } from "../../lib/engine/device.ts";
import { Optimizer } from "../../lib/engine/optimizer.ts";
import { assertEquals } from "@std/assert";
import { tf, type WebGPUBackend } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";
import { infer } from "../../lib/engine/inference.ts";
import { webgpu } from "../../lib/engine/webgpu/kernels.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { caseOf, dropout, mixed, small, valuesAndGradients, withInputs } from "../support/case.ts";
import { kernelsWith } from "../support/engine.ts";
import { assertReadsWhatItWrites, POISONS, withPoison } from "../support/poison.ts";

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
    () => assertReadsWhatItWrites(6, () => valuesAndGradients(test, kernelsWith(split).recurrence)),
  );

  testOnWebGPU(
    `inference's kernels read what they have written, for ${what}`,
    () =>
      withInputs(
        test,
        (initial, parameters) =>
          assertReadsWhatItWrites(2, async () => {
            const state = await infer(kernelsWith(split), spec, mixed, initial, parameters);
            const values = await read(state);
            state.dispose();
            return [values];
          }),
      ),
  );
}

for (const optimizer of ["adamax", "adam"] as const) {
  testOnWebGPU(`the optimizer's kernels read what they have written, for ${optimizer}`, async () => {
    const random = new Random(2, optimizer);
    const vector = () => tf.tensor1d(Float32Array.from({ length: 1500 }, () => random.normal()));
    const [before, gradient] = [vector(), vector()];
    await assertReadsWhatItWrites(2, async () => {
      const own = new Optimizer(webgpu, { optimizer, adam_epsilon: 1e-4, clip_norm: 1 }, 1500);
      const { parameters, gradientNorm } = own.update(before, gradient, 0.01, 0);
      const values = [await read(parameters), await read(gradientNorm), ...await own.moments()];
      tf.dispose([parameters, gradientNorm]);
      own.dispose();
      return values;
    });
    tf.dispose([before, gradient]);
  });
}
