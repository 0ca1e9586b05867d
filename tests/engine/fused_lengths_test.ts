// The kernels at the lengths where the kernels' tiles and workgroups begin and end.
import { read } from "../../lib/engine/device.ts";
import { assert, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";
import { TILE } from "../../lib/engine/webgpu/wgsl.ts";
import { infer } from "../../lib/engine/inference.ts";
import type { TensorKernels } from "../../lib/engine/kernels.ts";
import { referenceRecurrence } from "../../lib/engine/reference/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { testOnBackends } from "../support/adapter.ts";
import { type Case, caseOf, difference, valuesAndGradients, withInputs } from "../support/case.ts";
import { splits, tensorKernels } from "../support/engine.ts";
import { withPoison } from "../support/poison.ts";

/** Five maps are two vectors of four, so that a tile's number holds both a position and a vector. */
const spec: RecurrenceSpec = {
  cell: "diagonal",
  maps: 5,
  width: 1,
  layers: 1,
  sets: 1,
  kernel_width: 1,
  kernel_length: 3,
  gate_cutoff: 0,
  state_levels: 0,
};

/** Lengths that fill a tile, and whose tiles fill the workgroups that there are. */
const full = [TILE, ...[64, 128, 256].map((threads) => TILE * threads / 2)];

/** Rows that fill the positions, that end one short of them, and a tile before. */
function caseAt(positions: number): Case {
  const lengths = [positions, positions - 1, Math.max(1, positions - TILE)];
  const run = { lengths, steps: [3, 2, 3], batch: 3, saturation: true };
  return caseOf(spec, run, new Random(2, "lengths", positions));
}

function inferredState(kernels: Pick<TensorKernels, "startInference">, test: Case): Promise<Float32Array> {
  return withInputs(test, async (initial, parameters) => {
    const state = await infer(kernels, test.spec, test.run, initial, parameters);
    const values = await read(state);
    state.dispose();
    return values;
  });
}

function assertClose(actual: Float32Array, expected: Float32Array, what: string): void {
  const found = difference(actual, expected);
  assert(found < 1e-4, `${what}: ${found}`);
}

/**
 * Runs the kernels, on webgpu where the buffers hold nothing that could pass for a result: beyond a row stands another
 * one's, or a zero by chance.
 */
async function ofKernels<T>(use: () => Promise<T>): Promise<T> {
  return tf.getBackend() === "webgpu" ? (await withPoison(NaN, use)).result : await use();
}

for (const length of full) {
  testOnBackends(`the kernels give what the reference gives around ${length} positions`, async () => {
    for (const positions of [length - 1, length, length + 1]) {
      const test = caseAt(positions);
      const expected = await valuesAndGradients(test, referenceRecurrence);
      for (const split of splits()) {
        const kernels = tensorKernels(split);
        const place = `at ${positions} positions, ${split ? "split" : "whole"}`;
        const found = await ofKernels(() => valuesAndGradients(test, kernels.recurrence));
        assertNotEquals(found, expected, "one and the same implementation ran twice");
        ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((what, i) =>
          assertClose(found[i]!, expected[i]!, `${what} ${place}`)
        );
        const inferred = await ofKernels(() => inferredState(kernels, test));
        assertClose(inferred, expected[0]!, `inferred state ${place}`);
      }
    }
  });
}
