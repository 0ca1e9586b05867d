// The fused recurrence at the lengths where the kernels' tiles and workgroups begin and end.
import { assert, assertNotEquals } from "@std/assert";
import { read } from "../../lib/engine/backend.ts";
import { tf } from "../../lib/deps.ts";
import { Random } from "../../lib/random.ts";
import { TILE } from "../../lib/engine/webgpu/wgsl.ts";
import { infer } from "../../lib/engine/inference.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { testOnBackends } from "../support/adapter.ts";
import { type Case, caseOf, difference, valuesAndGradients, withInputs } from "../support/case.ts";
import { withPoison, withSplit } from "../support/poison.ts";
import { withImplementation } from "../support/small_training.ts";

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

function inferredState(test: Case): Promise<Float32Array> {
  return withInputs(test, async (initial, parameters) => {
    const state = await infer(test.spec, test.run, initial, parameters);
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
  testOnBackends(`the fused recurrence is the composed one around ${length} positions`, async () => {
    const splits = tf.getBackend() === "webgpu" ? [false, true] : [undefined];
    for (const positions of [length - 1, length, length + 1]) {
      const test = caseAt(positions);
      const values = () => valuesAndGradients(test, recurrence);
      const composed = await withImplementation("composed", values);
      for (const split of splits) {
        const place = `at ${positions} positions, ${split ? "split" : "whole"}`;
        const fused = await withSplit(split, () => ofKernels(values));
        assertNotEquals(fused, composed, "one and the same implementation ran twice");
        ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((what, i) =>
          assertClose(fused[i]!, composed[i]!, `${what} ${place}`)
        );
        const inferred = await withSplit(split, () => ofKernels(() => inferredState(test)));
        assertClose(inferred, composed[0]!, `inferred state ${place}`);
      }
    }
  });
}
