// Inference: the recurrence with two states held, ended early, and each row by itself.
import { read } from "../../lib/engine/device.ts";
import { embed, readOut } from "../../lib/engine/network.ts";
import { type Network, networkOf } from "../../lib/model/network.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { type Batch, encodeBatch } from "../../lib/model/batch.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { presets, resolve } from "../../lib/model/presets.ts";
import { Random } from "../../lib/random.ts";
import { tensorKernels } from "../support/engine.ts";
import { infer } from "../../lib/engine/inference.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { recurrenceSize } from "../../lib/model/recurrence_spec.ts";
import { testOnBackends } from "../support/adapter.ts";
import { assertSame, caseOf, mixed, small, tensors, withInputs } from "../support/case.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`inference_test: TEST_SEED=${seed}`);

for (const [what, spec] of Object.entries(small)) {
  const test = caseOf(spec, mixed, new Random(2, what));

  testOnBackends(
    `infer() gives what recurrence() gives without dropout and noise, for ${what}`,
    () =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        const inferred = await infer(tensorKernels(), spec, mixed, initial, parameters);
        const { state, cost } = recurrence(
          spec,
          { ...mixed, dropout: undefined, noise: undefined },
          initial,
          parameters,
        );
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
        const running = infer(
          tensorKernels(),
          spec,
          { lengths: mixed.lengths, steps },
          initial,
          parameters,
          {
            signal: abort.signal,
            onStep: (done) => {
              assert(done < 100_000);
              abort.abort(new Error("enough"));
            },
          },
        );
        await assertRejects(() => running, Error, "enough");
        await assertRejects(
          () => infer(tensorKernels(), spec, mixed, initial, parameters, { signal: abort.signal }),
          Error,
          "enough",
        );
        assertEquals(tensors(), before);
      }),
  );
}

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
  const state = await infer(tensorKernels(), network.spec, batch, initial, banks);
  const logits = await read(readOut(network, parameters, state));
  const width = logits.length / (batch.rows * batch.positions);
  const from = row * batch.positions * width;
  return [...logits.subarray(from, from + batch.lengths[row]! * width)];
}

for (const name of ["default", "paper"] as const) {
  testOnBackends(
    `a row's logits depend on neither padding nor neighbours, for the ${name} preset`,
    async () => {
      const network = networkOf(resolve(presets[name], { name: "bmul", maxSize: 20 }), "01*");
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
